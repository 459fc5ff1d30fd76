const BROKER_FILE_BY_COMPONENT: Readonly<Record<string, string>> = {
  store: 'store.log',
  'message-store': 'store.log',
  'commit-log': 'store.log',
  'consume-queue': 'store.log',
  index: 'store.log',
  checkpoint: 'store.log',
  recovery: 'store.log',
  cleaning: 'store.log',
  remoting: 'remoting.log',
  filter: 'filter.log',
  transactions: 'transaction.log',
  pop: 'pop.log',
  statistics: 'stats.log',
}

/** The file that Java's logging would have chosen. Source: rmq.broker.logback.xml, rmq.namesrv.logback.xml */
export function logFileName(service: string, component: string): string {
  return (service === 'broker' ? BROKER_FILE_BY_COMPONENT[component] : undefined) ?? `${service}.log`
}
