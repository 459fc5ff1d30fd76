export { brokerConfigSchema } from './broker-config'
export type { BrokerConfig } from './broker-config'
