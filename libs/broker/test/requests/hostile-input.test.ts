import { RequestCode, SerializeType } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import { lockBatchMq } from '../../src/requests/lock-batch-mq'
import { viewMessageById } from '../../src/requests/view-message-by-id'
import { ask, send } from '../support/ask'
import { messaging } from '../support/messaging'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '2147483648',
    '9223372036854775807',
    'NaN',
    'true',
    '%RETRY%',
    '%RETRY%G',
    'GA',
    '||',
  ),
)
const number = fc.oneof({ arbitrary: fc.integer({ min: -2, max: 300 }).map(String), weight: 4 }, text)
const name = fc.oneof({ arbitrary: fc.constantFrom('GA', '%RETRY%GG', 'rmq_sys_wheel_timer'), weight: 4 }, text)
const properties = fc
  .array(
    fc.tuple(
      fc.constantFrom('DELAY', 'TIMER_DELIVER_MS', 'TRAN_MSG', 'UNIQ_KEY', 'TAGS', '_SYS_MSG_PRIORITY_', 'x'),
      text,
    ),
  )
  .map(pairs => pairs.map(pair => pair.join('\x01')).join('\x02'))
const body = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 120 }).map(bytes => Buffer.from(bytes)),
  fc
    .constantFrom('{}', '{"mqSet":[{}]}', '{"clientId":1,"consumerGroup":[],"mqSet":null}')
    .map(json => Buffer.from(json)),
)

const sendFields = fc.record(
  {
    a: text,
    b: name,
    c: name,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    i: properties,
    j: number,
    k: text,
    l: number,
    m: text,
  },
  { requiredKeys: ['b', 'e'] },
)
const pullFields = fc.record(
  {
    ...{ consumerGroup: name, topic: name, queueId: number, queueOffset: number, maxMsgNums: number, sysFlag: number },
    ...{
      commitOffset: number,
      suspendTimeoutMillis: number,
      subscription: text,
      subVersion: number,
      expressionType: text,
    },
  },
  { requiredKeys: ['topic'] },
)

test.each([SerializeType.JSON, SerializeType.ROCKETMQ])(
  'whatever comes is answered or refused, serialize type %d',
  async type => {
    const broker = messaging()
    await broker.holdService.start()
    await fc.assert(
      fc.asyncProperty(sendFields, pullFields, body, fc.boolean(), async (sendHeader, pullHeader, bytes, isBatch) => {
        const m = isBatch ? 'true' : sendHeader.m
        const code = isBatch ? RequestCode.SEND_BATCH_MESSAGE : RequestCode.SEND_MESSAGE_V2
        const extFields = { ...sendHeader, ...(m === undefined ? {} : { m }) }
        expect(send(broker.send, { code, extFields, body: bytes, serializeType: type }).answerCount).toBe(1)
        const pull = { code: RequestCode.PULL_MESSAGE, extFields: pullHeader, serializeType: type }
        const heldCount = broker.holdService.heldCount
        const pulled = send(broker.pull, pull)
        expect(pulled.answerCount + broker.holdService.heldCount - heldCount).toBe(1)
        const back = { ...{ offset: '0', group: 'G', delayLevel: '1' }, ...pullHeader } as Record<string, string>
        await ask(broker.sendBack, { code: RequestCode.CONSUMER_SEND_MSG_BACK, extFields: back, serializeType: type })
        await ask(viewMessageById(broker), { code: RequestCode.VIEW_MESSAGE_BY_ID, extFields: pullHeader })
        await ask(lockBatchMq(broker), { code: RequestCode.LOCK_BATCH_MQ, body: bytes })
      }),
    )
  },
)
