import { RemotingCommand, toExtFields } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { NoQueueError } from './refusals'

export type Fields = Parameters<typeof toExtFields>[0]

export interface BrokerAnswer {
  readonly brokerName: string
  readonly answer: IncomingCommand
}

const TIMEOUT_MS = 5000
/** Every broker has it from its first start on: its route names all of them. */
const TOPIC_OF_EVERY_BROKER = 'SELF_TEST_TOPIC'

/** The same question for all brokers. Rejects with NoQueueError, and what a broker that cannot be reached throws. */
export function askEveryBroker(brokers: Pick<Brokers, 'findRoute' | 'invoke'>) {
  return async (code: number, fields: Fields, body: Buffer | null = null): Promise<readonly BrokerAnswer[]> => {
    const route = await brokers.findRoute(TOPIC_OF_EVERY_BROKER)
    const names = route?.brokerDatas.map(({ brokerName }) => brokerName) ?? []
    if (names.length === 0) throw new NoQueueError(TOPIC_OF_EVERY_BROKER, 'readable')
    return await Promise.all(
      names.map(async brokerName => {
        const command = RemotingCommand.request(code, toExtFields(fields), body)
        return { brokerName, answer: await brokers.invoke(brokerName, command, TIMEOUT_MS) }
      }),
    )
  }
}
