import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { keptOffsets } from '../../src/consumer-offsets/kept-offsets'
import { KeptMirror } from '../support/kept-mirror'

const group = fc.constantFrom('GroupA', 'GroupB')
const topic = fc.constantFrom('TopicA', '%RETRY%GroupA')
const offset = { group, topic, queueId: fc.nat(2), offset: fc.maxSafeNat() }
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('commit' as const, 'pull' as const, 'reset' as const), ...offset }),
  fc.record({ kind: fc.constant('clone' as const), from: group, to: group, topic }),
  fc.record({ kind: fc.constantFrom('delete group' as const, 'delete topic' as const), group, topic }),
  fc.record({ kind: fc.constant('check' as const) }),
)

function tableWith(): ConsumerOffsetTable {
  const config = brokerConfigSchema.parse({ consumerOffsetUpdateVersionStep: '2' })
  return new ConsumerOffsetTable(config, { clock: new FakeClock(), log: silentLog })
}

test('the entries of offsets that changed are those that are told, and make the table again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const offsets = tableWith()
      const mirror = new KeptMirror(keptOffsets(offsets))
      for (const each of steps) {
        if (each.kind === 'commit') offsets.commit(each)
        else if (each.kind === 'pull') offsets.commitPull(each)
        else if (each.kind === 'reset') offsets.assignResetOffset(each)
        else if (each.kind === 'clone') offsets.clone(each)
        else if (each.kind === 'delete group') offsets.deleteGroup(each.group)
        else if (each.kind === 'delete topic') offsets.deleteTopic(each.topic)
        else mirror.check()
      }
      mirror.check()
      const restored = tableWith()
      mirror.restore(keptOffsets(restored))
      expect(inOrder(restored)).toEqual({ ...inOrder(offsets), pullOffsetTable: new Map() })
    }),
  )
})

/** In which order a group's topics are listed says nothing. */
function inOrder(offsets: ConsumerOffsetTable): object {
  const { groupTopicMap, ...content } = offsets.content()
  return { ...content, groupTopicMap: new Map([...groupTopicMap].map(([each, topics]) => [each, [...topics].sort()])) }
}
