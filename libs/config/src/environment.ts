/**
 * The environment variable that sets a key: `brokerIP1` of the broker is `ROCKETMQ_BROKER_BROKER_IP1`, `tls.enable` of
 * the NameServer is `ROCKETMQ_NAMESRV_TLS_ENABLE`. A new word starts at a capital after a small letter or a digit, and
 * at the last capital of a row (`enableDLegerCommitLog` -> `ENABLE_D_LEGER_COMMIT_LOG`).
 */
export function environmentName(service: string, key: string): string {
  return `${environmentPrefix(service)}${words(key)}`
}

/** What all the variables of a service start with. */
export function environmentPrefix(service: string): string {
  return `ROCKETMQ_${words(service)}_`
}

function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}
