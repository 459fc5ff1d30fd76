import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { brokerConfigSchema } from '../../src/broker-config'
import { keptTopics } from '../../src/topics/kept-topics'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { KeptMirror } from '../support/kept-mirror'

const NAMES = ['TopicA', 'TopicB', 'TBW102']
const name = fc.constantFrom(...NAMES)
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), name, perm: fc.constantFrom(2, 4, 6, 7), other: name }),
  fc.record({
    kind: fc.constantFrom('delete' as const, 'order' as const, 'send' as const, 'send back' as const),
    name,
  }),
  fc.record({ kind: fc.constantFrom('version' as const, 'check' as const) }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function tableWith(autoCreateTopicEnable: boolean): TopicTable {
  const config = brokerConfigSchema.parse({ autoCreateTopicEnable: String(autoCreateTopicEnable) })
  return new TopicTable(config, { clock: new FakeClock(), log: silentLog })
}

function take(topics: TopicTable, each: Step): void {
  const defaults = { defaultTopic: 'TBW102', defaultTopicQueueNums: 4, unitMode: false, remoteAddress: 'c:1' }
  if (each.kind === 'put') {
    const attributes = new Map([['+message.type', 'FIFO']])
    const { perm } = each
    topics.update(topicConfigOf({ topicName: each.name, perm, attributes }), topicConfigOf({ topicName: each.other }))
  } else if (each.kind === 'delete') topics.delete(each.name)
  else if (each.kind === 'order') topics.markOrdered([each.name])
  else if (each.kind === 'send') topics.ensureForSend({ topic: each.name, ...defaults })
  else if (each.kind === 'send back') {
    topics.ensureForSendBack({ topic: each.name, queueNums: 1, perm: 6, order: true })
  } else if (each.kind === 'version') topics.bumpVersion()
}

test('the entries of topics that changed are those that are told, and make the table again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, autoCreateTopicEnable) => {
      const topics = tableWith(autoCreateTopicEnable)
      const mirror = new KeptMirror(keptTopics(topics))
      for (const each of steps) {
        if (each.kind === 'check') mirror.check()
        else take(topics, each)
      }
      mirror.check()
      const restored = tableWith(autoCreateTopicEnable)
      mirror.restore(keptTopics(restored))
      // A topic of every start comes back: neither a file nor an entry says that it was deleted.
      const isBoot = topics.find('TBW102') === null
      if (isBoot) restored.delete('TBW102')
      expect(new Map(restored.all())).toEqual(topics.all())
      if (!isBoot) expect(restored.dataVersion).toEqual(topics.dataVersion)
    }),
  )
})
