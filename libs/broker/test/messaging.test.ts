import { FakeClock } from '@rocketmq-ts/base/testing'
import { decodeMessageId, parseProperties, readStoredMessage, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { RunningBroker } from './support/use-brokers'
import { useBrokers } from './support/use-brokers'

const startBroker = useBrokers()
const SUSPEND = '6'

function send(broker: RunningBroker, body: string, properties = 'UNIQ_KEY\x01U1\x02TAGS\x01TagA\x02') {
  const fields = {
    a: 'PG',
    b: 'TopicA',
    c: 'TBW102',
    d: '4',
    e: '0',
    f: '0',
    g: '1700000000123',
    h: '0',
    i: properties,
  }
  return broker.ask(RequestCode.SEND_MESSAGE_V2, fields, body)
}

function pull(broker: RunningBroker, given: Record<string, string> = {}) {
  return broker.ask(RequestCode.PULL_MESSAGE, {
    ...{ consumerGroup: 'GG', topic: 'TopicA', queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '4' },
    ...{ commitOffset: '0', suspendTimeoutMillis: '60000', subscription: '*', subVersion: '1', ...given },
  })
}

const firstIn = ({ body }: { readonly body: Buffer | null }): StoredMessage => readStoredMessage(body!, 0)

test('a pull that waits is answered with the message that comes', async () => {
  const broker = await startBroker()
  await send(broker, 'first')
  const waiting = pull(broker, { sysFlag: SUSPEND, queueOffset: '1', subscription: 'TagB' })
  await send(broker, 'not wanted')
  await send(broker, 'wanted', 'UNIQ_KEY\x01U2\x02TAGS\x01TagB\x02')
  const answer = await waiting
  expect(answer).toMatchObject({ code: ResponseCode.SUCCESS, remark: 'FOUND' })
  expect(firstIn(answer).body.toString()).toBe('wanted')
  expect(answer.extFields).toMatchObject({ nextBeginOffset: '3', minOffset: '0', maxOffset: '3' })
})

test('pulls that wait are answered when the broker stops', async () => {
  const running = await startBroker()
  await send(running, 'first')
  const waiting = pull(running, { sysFlag: SUSPEND, queueOffset: '1' })
  await pull(running)
  await running.broker.stop()
  expect((await waiting).code).toBe(ResponseCode.PULL_NOT_FOUND)
})

test('a message is found by its id, and nowhere else', async () => {
  const broker = await startBroker()
  const { physicalOffset } = decodeMessageId((await send(broker, 'hello')).extFields['msgId']!)
  const view = (offset: number) => broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset: String(offset) })
  expect(firstIn(await view(physicalOffset)).body.toString()).toBe('hello')
  for (const offset of [physicalOffset + 1, 10_000_000, -1]) {
    expect(await view(offset)).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: `can not find message by the offset, ${offset}`,
    })
  }
})

test('a message that does not fit a CommitLog file is refused', async () => {
  const broker = await startBroker()
  const answer = await send(broker, 'x'.repeat(2 * 1024 ** 2))
  expect(answer.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  expect(answer.remark).toContain('mappedFileSizeCommitLog is 1048576')
})

test('a delayed message comes when it is due, also over a restart', async () => {
  const clock = new FakeClock()
  const first = await startBroker({}, { clock })
  await send(first, 'now')
  await send(first, 'in 5 s', 'UNIQ_KEY\x01U2\x02DELAY\x012\x02')
  await first.broker.stop()
  const second = await startBroker({}, { clock, folder: first.folder })
  const waiting = pull(second, { sysFlag: SUSPEND, queueOffset: '1' })
  await pull(second)
  clock.advance(5000)
  const message = firstIn(await waiting)
  expect(message.body.toString()).toBe('in 5 s')
  expect(Object.fromEntries(parseProperties(message.properties))).toMatchObject({ REAL_TOPIC: 'TopicA', DELAY: '2' })
  expect(message.storeHost.readInt32BE(4)).toBe(second.broker.port)
})

test('what waits comes in its time, though maxMessageSize would not take it any more', async () => {
  const clock = new FakeClock()
  const broker = await startBroker({ transactionTimeOut: '0' }, { clock })
  const long = 'x'.repeat(1000)
  const half = await send(broker, `half ${long}`, 'UNIQ_KEY\x01U1\x02TRAN_MSG\x01true\x02PGROUP\x01PG\x02')
  await send(broker, `delayed ${long}`, 'UNIQ_KEY\x01U2\x02DELAY\x011\x02')
  await send(broker, `timed ${long}`, 'UNIQ_KEY\x01U3\x02TIMER_DELAY_SEC\x013\x02')
  await broker.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'maxMessageSize=100')
  expect((await send(broker, long)).code).toBe(ResponseCode.MESSAGE_ILLEGAL)

  const { physicalOffset } = decodeMessageId(half.extFields['msgId']!)
  const committed = await broker.ask(RequestCode.END_TRANSACTION, {
    ...{ topic: 'TopicA', producerGroup: 'PG', commitLogOffset: String(physicalOffset), tranStateTableOffset: '0' },
    ...{ commitOrRollback: '8', fromTransactionCheck: 'false', msgId: 'U1', transactionId: 'U1' },
  })
  expect(committed.code).toBe(ResponseCode.SUCCESS)
  const bodies = async (): Promise<string[]> => {
    const found: string[] = []
    for (let answer = await pull(broker); answer.code === ResponseCode.SUCCESS;) {
      found.push(firstIn(answer).body.toString())
      answer = await pull(broker, { queueOffset: String(found.length) })
    }
    return found
  }
  while ((await bodies()).length < 3) clock.advance(500)
  expect((await bodies()).map(body => body.split(' ')[0])).toEqual(['half', 'delayed', 'timed'])
})

test('an offset inside a record names no message, to no request', async () => {
  const broker = await startBroker()
  const { physicalOffset } = decodeMessageId((await send(broker, 'hello')).extFields['msgId']!)
  for (const offset of [physicalOffset + 1, physicalOffset + 4, physicalOffset + 60]) {
    const back = { offset: String(offset), group: 'GG', delayLevel: '1', maxReconsumeTimes: '16' }
    expect(await broker.ask(RequestCode.CONSUMER_SEND_MSG_BACK, back)).toMatchObject({
      ...{ code: ResponseCode.SYSTEM_ERROR, remark: `look message by offset failed, ${offset}` },
    })
    const end = {
      ...{ topic: 'TopicA', producerGroup: 'PG', commitLogOffset: String(offset), tranStateTableOffset: '0' },
      ...{ commitOrRollback: '8', fromTransactionCheck: 'false', msgId: 'U1', transactionId: 'U1' },
    }
    expect(await broker.ask(RequestCode.END_TRANSACTION, end)).toMatchObject({
      ...{ code: ResponseCode.SYSTEM_ERROR, remark: 'Find prepared transaction message failed' },
    })
  }
})

test('a message that was sent back comes again, and at last is a dead letter', async () => {
  const clock = new FakeClock()
  const broker = await startBroker({}, { clock })
  await send(broker, 'bitter')
  const sendBack = async (message: StoredMessage): Promise<void> => {
    const { code } = await broker.ask(RequestCode.CONSUMER_SEND_MSG_BACK, {
      ...{ offset: String(message.physicalOffset), group: 'GG', delayLevel: '1', maxReconsumeTimes: '1' },
    })
    expect(code).toBe(ResponseCode.SUCCESS)
  }
  await sendBack(firstIn(await pull(broker)))
  const waiting = pull(broker, { topic: '%RETRY%GG', sysFlag: SUSPEND })
  await pull(broker)
  clock.advance(1000)
  const again = firstIn(await waiting)
  expect(again).toMatchObject({ reconsumeTimes: 1, topic: '%RETRY%GG' })
  await sendBack(again)
  const dead = firstIn(await pull(broker, { topic: '%DLQ%GG' }))
  expect(dead.body.toString()).toBe('bitter')
  expect(Object.fromEntries(parseProperties(dead.properties))).toMatchObject({ RETRY_TOPIC: 'TopicA', UNIQ_KEY: 'U1' })
})
