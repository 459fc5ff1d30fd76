interface SerializeTypeConfig {
  readonly 'rocketmq.serialize.type': string
}

/** What Java's NameServer prints when it serves, word for word: scripts wait for it. Source: namesrv/NamesrvStartup.java */
export function namesrvBootLine(config: SerializeTypeConfig, address: string): string {
  return `The Name Server boot success. serializeType=${config['rocketmq.serialize.type']}, address ${address}`
}

/** What a proxy prints when it serves; `others` says at which address it serves whom else. */
export function proxyBootLine(
  config: { readonly proxyName: string },
  grpcAddress: string,
  others: Readonly<Record<string, string>>,
): string {
  const elsewhere = Object.entries(others).map(([clients, address]) => `, ${clients} at ${address}`)
  return `The proxy[${config.proxyName}, ${grpcAddress}] boot success. It serves gRPC clients${elsewhere.join('')}`
}

/** What Java's broker prints when it serves. Source: broker/BrokerStartup.java */
export function brokerBootLine(
  config: SerializeTypeConfig & { readonly brokerName: string; readonly namesrvAddr: string },
  address: string,
): string {
  const { brokerName, namesrvAddr } = config
  const serializeType = config['rocketmq.serialize.type']
  const registered = namesrvAddr === '' ? '' : ` and name server is ${namesrvAddr}`
  return `The broker[${brokerName}, ${address}] boot success. serializeType=${serializeType}${registered}`
}
