import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  encodeMessageBatch,
  parseProperties,
  readMessageBatch,
  readStoredMessage,
  RequestCode,
} from '@rocketmq-ts/protocol'
import type { RunningBroker } from './support/use-brokers'
import { useBrokers } from './support/use-brokers'

const startBroker = useBrokers()

function createTopic(broker: RunningBroker) {
  return broker.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic: 'TopicBatch', defaultTopic: 'TBW102', readQueueNums: '1', writeQueueNums: '1', perm: '6' },
    ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false', attributes: '+queue.type=BatchCQ' },
  })
}

function sendBatch(broker: RunningBroker, id: string, bodies: readonly string[]) {
  const items = bodies.map(body => ({ flag: 0, body: Buffer.from(body), properties: Buffer.alloc(0) }))
  return broker.ask(
    RequestCode.SEND_BATCH_MESSAGE,
    {
      ...{ a: 'PG', b: 'TopicBatch', c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '0', m: 'true' },
      i: `UNIQ_KEY\x01${id}\x02`,
    },
    encodeMessageBatch(items).toString('latin1'),
  )
}

/** The bodies in the record that a pull from `queueOffset` gets first, and where the pull goes on. */
async function pull(broker: RunningBroker, queueOffset: number): Promise<unknown[]> {
  const { body, extFields } = await broker.ask(RequestCode.PULL_MESSAGE, {
    ...{ consumerGroup: 'GG', topic: 'TopicBatch', queueId: '0', queueOffset: String(queueOffset), maxMsgNums: '1' },
    ...{ sysFlag: '4', commitOffset: '0', suspendTimeoutMillis: '0', subscription: 'TagX', subVersion: '1' },
  })
  const record = readStoredMessage(body as Buffer, 0)
  const bodies = readMessageBatch(record.body).map(item => item.body.toString())
  return [bodies, parseProperties(record.properties).get('INNER_BASE'), extFields['nextBeginOffset']]
}

test('a topic of batches keeps each as one message, in the queue as many, also where its queues have to be made again', async () => {
  const first = await startBroker()
  expect(await createTopic(first)).toMatchObject({ code: 0 })
  expect(await sendBatch(first, 'U1', ['a', 'b', 'c'])).toMatchObject({
    code: 0,
    extFields: { queueOffset: '0', batchUniqId: 'U1', transactionId: 'U1' },
  })
  expect(await sendBatch(first, 'U2', ['d', 'e'])).toMatchObject({ code: 0, extFields: { queueOffset: '3' } })
  await first.broker.stop()
  fs.rmSync(path.join(first.folder, 'batchconsumequeue'), { recursive: true })
  const second = await startBroker({}, { folder: first.folder })
  expect(await sendBatch(second, 'U3', ['f'])).toMatchObject({ code: 0, extFields: { queueOffset: '5' } })
  expect(await pull(second, 1)).toEqual([['a', 'b', 'c'], '0', '3'])
  expect(await pull(second, 4)).toEqual([['d', 'e'], '3', '5'])
  expect(await pull(second, 5)).toEqual([['f'], '5', '6'])
})
