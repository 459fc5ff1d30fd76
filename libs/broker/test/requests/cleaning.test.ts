import { silentLog } from '@rocketmq-ts/base'
import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { cleanExpiredConsumeQueue } from '../../src/requests/clean-expired-consume-queue'
import { cleanUnusedTopic } from '../../src/requests/clean-unused-topic'
import { deleteExpiredCommitLog } from '../../src/requests/delete-expired-commit-log'
import { topicConfigOf } from '../../src/topics/topic-config'
import { isSystemTopic } from '../../src/topics/topic-validator'
import { ask } from '../support/ask'

/** A broker whose store has queues of topics that it knows, of one that it does not, and of others that need no topic. */
function brokerWithQueues() {
  const calls: unknown[] = []
  const known = new Set(['Orders', '%RETRY%Group'])
  return {
    calls,
    log: silentLog,
    topics: { isSystemTopic, find: (name: string) => (known.has(name) ? topicConfigOf({ topicName: name }) : null) },
    store: {
      topics: () => ['Orders', '%RETRY%Group', 'Gone', 'SCHEDULE_TOPIC_XXXX', 'rmq_sys_wheel_timer', '%LMQ%Light'],
      deleteExpiredCommitLog: () => void calls.push('deleteExpiredCommitLog'),
      deleteExpiredQueues: (topics: readonly string[]) => Promise.resolve(void calls.push(topics)),
      deleteTopics: (topics: readonly string[]) => Promise.resolve(void calls.push(topics)),
    },
  }
}

test('the deletion of expired CommitLog files is asked for, and answered at once', async () => {
  const broker = brokerWithQueues()
  const { code, remark } = await ask(deleteExpiredCommitLog(broker), { code: RequestCode.DELETE_EXPIRED_COMMITLOG })
  expect([code, remark, broker.calls]).toEqual([ResponseCode.SUCCESS, null, ['deleteExpiredCommitLog']])
})

test('queues of which nothing is left are deleted, but not those of system topics', async () => {
  const broker = brokerWithQueues()
  const { code } = await ask(cleanExpiredConsumeQueue(broker), { code: RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE })
  expect([code, broker.calls]).toEqual([ResponseCode.SUCCESS, [['Orders', '%RETRY%Group', 'Gone', '%LMQ%Light']]])
})

test('queues are deleted whose topic the broker does not know, if they need one', async () => {
  const broker = brokerWithQueues()
  const { code } = await ask(cleanUnusedTopic(broker), { code: RequestCode.CLEAN_UNUSED_TOPIC })
  expect([code, broker.calls]).toEqual([ResponseCode.SUCCESS, [['Gone']]])
})
