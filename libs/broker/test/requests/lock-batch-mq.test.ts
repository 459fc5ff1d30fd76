import { FakeClock } from '@rocketmq-ts/base/testing'
import { RequestCode } from '@rocketmq-ts/protocol'
import { QueueLockTable, queueLockTableLimits } from '../../src/queue-locks/queue-lock-table'
import { lockBatchMq } from '../../src/requests/lock-batch-mq'
import { unlockBatchMq } from '../../src/requests/unlock-batch-mq'
import { ask } from '../support/ask'

const queueLocks = new QueueLockTable(queueLockTableLimits, { clock: new FakeClock() })
const lock = (body: string | null) => ask(lockBatchMq({ queueLocks }), { code: RequestCode.LOCK_BATCH_MQ, body })
const unlock = (body: string | null) => ask(unlockBatchMq({ queueLocks }), { code: RequestCode.UNLOCK_BATCH_MQ, body })
const of = (clientId: string): string =>
  `{"clientId":"${clientId}","consumerGroup":"GG","mqSet":[{"brokerName":"broker-a","queueId":0,"topic":"GA"}],"onlyThisBroker":false}`

test('lock and unlock as Java 5.5.0 answered them', async () => {
  const locked = await lock(of('cid-1'))
  expect(locked).toMatchObject({ code: 0, extFields: null, remark: null })
  expect(locked.body?.toString()).toBe('{"lockOKMQSet":[{"brokerName":"broker-a","queueId":0,"topic":"GA"}]}')
  expect((await lock(of('cid-2'))).body?.toString()).toBe('{"lockOKMQSet":[]}')
  expect(await unlock(of('cid-1'))).toMatchObject({ code: 0, extFields: null, remark: null, body: null })
  expect((await lock(of('cid-2'))).body?.toString()).toBe(locked.body?.toString())
})

test.each([null, '{', '[]', '{"mqSet":[]}', '{"clientId":"c","consumerGroup":"g","mqSet":7}'])(
  'the body %s is refused',
  async body => {
    expect(await lock(body)).toMatchObject({ code: 1, body: null })
    expect(await unlock(body)).toMatchObject({ code: 1, body: null })
  },
)
