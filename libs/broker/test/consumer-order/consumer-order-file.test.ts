import { readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { orderInfoTableJson, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'
import type { RunningBroker } from '../support/use-brokers'

const startBroker = useBrokers()
const TOPIC = { topic: 'TopicA', queueId: '0' }

async function sendTwo({ ask }: RunningBroker): Promise<void> {
  const queues = { readQueueNums: '1', writeQueueNums: '1', perm: '6', topicFilterType: 'SINGLE_TAG' }
  await ask(RequestCode.UPDATE_AND_CREATE_TOPIC, { topic: 'TopicA', defaultTopic: 'TBW102', ...queues })
  const message = {
    a: 'PG',
    b: 'TopicA',
    c: 'TBW102',
    d: '4',
    e: '0',
    f: '0',
    g: '1700000000123',
    h: '0',
    i: '',
    j: '0',
  }
  for (const body of ['one', 'two']) await ask(RequestCode.SEND_MESSAGE_V2, { ...message, k: 'false' }, body)
}

const pop = ({ ask }: RunningBroker): Promise<IncomingCommand> =>
  ask(RequestCode.POP_MESSAGE, {
    ...{ ...TOPIC, consumerGroup: 'GroupA', maxMsgNums: '1', invisibleTime: '60000', pollTime: '0', bornTime: '0' },
    ...{ initMode: '0', order: 'true' },
  })

const orderFileIn = (folder: string): string => path.join(folder, 'config/consumerOrderInfo.json')

test('what is popped in order stays taken over a restart, and its acknowledgement counts after it', async () => {
  const first = await startBroker()
  await sendTwo(first)
  const popped = await pop(first)
  expect(popped).toMatchObject({ code: ResponseCode.SUCCESS, extFields: { msgOffsetInfo: '0 0 0' } })
  await first.broker.stop()
  const { table } = orderInfoTableJson.decode(readFileSync(orderFileIn(first.folder)))
  const { popTime = '' } = popped.extFields
  expect(table.get('TopicA@GroupA')?.get(0)).toMatchObject({ cm: 0, i: 60_000, o: [0], popTime: Number(popTime) })

  const next = await startBroker({}, { folder: first.folder })
  expect((await pop(next)).code).toBe(ResponseCode.POLLING_TIMEOUT)
  const receipt = { extraInfo: `0 ${popTime} 60000 999 0 broker-a 0 0`, offset: '0' }
  const acked = await next.ask(RequestCode.ACK_MESSAGE, { ...TOPIC, consumerGroup: 'GroupA', ...receipt })
  expect(acked.code).toBe(ResponseCode.SUCCESS)
  expect((await pop(next)).extFields).toMatchObject({ msgOffsetInfo: '0 0 1', orderCountInfo: '0 0 0' })
})

test('a file that cannot be decoded is no reason not to start, and blocks nothing', async () => {
  const first = await startBroker()
  await sendTwo(first)
  await pop(first)
  await first.broker.stop()
  writeFileSync(orderFileIn(first.folder), '{"table":')
  const next = await startBroker({}, { folder: first.folder })
  expect((await pop(next)).extFields).toMatchObject({ msgOffsetInfo: '0 0 0' })
})
