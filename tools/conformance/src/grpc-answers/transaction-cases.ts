import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import type { AskedProxy } from './asked-proxy'
import { message } from './send-cases'

const { COMMIT, ROLLBACK } = v2.TransactionResolution
const HOUR_MS = 3_600_000

const end = (proxy: AskedProxy, topic: string, transactionId: string, resolution: v2.TransactionResolution) =>
  proxy.ask('EndTransaction', {
    topic: { name: topic },
    messageId: 'ID',
    transactionId,
    resolution,
    source: v2.TransactionSource.SOURCE_CLIENT,
  })

/** Sends, and returns what the answer says in this field. */
async function sent(proxy: AskedProxy, topic: string, system: v2.SystemProperties.$Properties) {
  const [answer] = await proxy.client().call('SendMessage', { messages: [message(topic, system)] })
  const [entry] = answer?.entries ?? []
  if (entry === undefined) throw new Error(`nothing was sent to ${topic}`)
  return { transactionId: entry.transactionId ?? '', recallHandle: entry.recallHandle ?? '' }
}

const endings: readonly AnswerCase[] = [
  ...[COMMIT, ROLLBACK].map(resolution => ({
    name: `ending a transaction, resolution ${resolution}`,
    async ask(proxy: AskedProxy) {
      const topic = await proxy.topic({ type: 'TRANSACTION' })
      const { transactionId } = await sent(proxy, topic, { messageType: v2.MessageType.TRANSACTION })
      return await end(proxy, topic, transactionId, resolution)
    },
  })),
  {
    name: 'ending a transaction without an id',
    ask: async proxy => await end(proxy, await proxy.topic({ type: 'TRANSACTION' }), '', COMMIT),
  },
  {
    name: 'ending a transaction that nobody knows',
    differs: 'INVALID_TRANSACTION_ID says what is wrong; Java takes it for its own fault',
    ask: async proxy => await end(proxy, await proxy.topic({ type: 'TRANSACTION' }), 'unknown', COMMIT),
  },
]

const recall = (proxy: AskedProxy, topic: string, recallHandle: string): Promise<unknown> =>
  proxy.ask('RecallMessage', { topic: { name: topic }, recallHandle })

const recalls: readonly AnswerCase[] = [
  {
    name: 'recalling a message for later, twice',
    async ask(proxy) {
      const topic = await proxy.topic({ type: 'DELAY' })
      const deliveryTimestamp = timestampOfMs(Date.now() + HOUR_MS)
      const { recallHandle } = await sent(proxy, topic, { messageType: v2.MessageType.DELAY, deliveryTimestamp })
      return [await recall(proxy, topic, recallHandle), await recall(proxy, topic, recallHandle)]
    },
  },
  {
    name: 'recalling by what is no handle',
    differs: 'BAD_REQUEST says whose fault it is; Java takes it for its own',
    ask: async proxy => await recall(proxy, await proxy.topic({ type: 'DELAY' }), 'garbage'),
  },
  {
    name: 'recalling of a topic for others',
    ask: async proxy => await recall(proxy, await proxy.topic(), 'garbage'),
  },
]

const lite: readonly AnswerCase[] = [
  {
    name: 'subscribing to lite topics of a parent that is none',
    async ask(proxy) {
      const names = { topic: { name: await proxy.topic() }, group: { name: await proxy.group() } }
      return await proxy.ask('SyncLiteSubscription', { ...names, liteTopicSet: ['lite'] })
    },
  },
]

export const transactionCases: readonly AnswerCase[] = [...endings, ...recalls, ...lite]
