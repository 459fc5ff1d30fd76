/** As compose.yaml says at its top. */
export const nameServers = '127.0.0.1:9876;127.0.0.1:9877'
/** When `namesrv-a` is killed. */
export const nameServerLeft = '127.0.0.1:9877'
export const grpcEndpoints = ['127.0.0.1:8081', '127.0.0.1:8082'] as const
export const httpUrls = ['http://127.0.0.1:8090', 'http://127.0.0.1:8091'] as const
export const brokers = { 'broker-a': '172.31.77.1:10911', 'broker-b': '172.31.77.1:10921' }
export const brokerNames = Object.keys(brokers)
