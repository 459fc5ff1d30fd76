import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { QueueData, TopicConfig } from '@rocketmq-ts/protocol'
import { readHostAndPort } from '@rocketmq-ts/remoting'
import type { BrokerRegistration } from './register-broker'

/** A registration says what no broker can mean. Every client of the topic would be sent it. */
export class InvalidRegistrationError extends RefusedError {
  readonly code = 'RMQ_INVALID_REGISTRATION'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** Throws InvalidRegistrationError. */
export function checkRegistration({ brokerName, brokerAddr, brokerId, topicConfigs }: BrokerRegistration): void {
  if (brokerName === '') throw new InvalidRegistrationError('brokerName is empty')
  if (brokerId < 0) throw new InvalidRegistrationError(`brokerId ${brokerId} is negative`)
  if (readHostAndPort(brokerAddr) === null) {
    throw new InvalidRegistrationError(`brokerAddr ${quoted(brokerAddr)} is not host:port`)
  }
  for (const topicConfig of topicConfigs) checkQueues(topicConfig.topicName, topicConfig)
}

type Queues = Pick<QueueData & TopicConfig, 'perm' | 'readQueueNums' | 'writeQueueNums' | 'topicSysFlag'>

/** Throws InvalidRegistrationError. */
export function checkQueues(topic: string, { perm, readQueueNums, writeQueueNums, topicSysFlag }: Queues): void {
  if (topic === '') throw new InvalidRegistrationError('a topic without a name')
  for (const [name, value] of Object.entries({ perm, readQueueNums, writeQueueNums, topicSysFlag })) {
    if (value < 0) throw new InvalidRegistrationError(`topic ${quoted(topic)} has ${name} ${value}`)
  }
}

function quoted(text: string): string {
  return `"${text.slice(0, 100)}"`
}
