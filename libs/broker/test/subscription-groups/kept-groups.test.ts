import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import { brokerConfigSchema } from '../../src/broker-config'
import { keptGroups } from '../../src/subscription-groups/kept-groups'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { KeptMirror } from '../support/kept-mirror'

const group = fc.constantFrom('GroupA', 'GroupB', '%SYS%C')
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), group, retryMaxTimes: fc.nat(20), other: group }),
  fc.record({ kind: fc.constantFrom('find' as const, 'delete' as const), group }),
  fc.record({
    kind: fc.constant('forbid' as const),
    group,
    topic: fc.constantFrom('TopicA', 'TopicB'),
    bit: fc.constantFrom(0, 2),
    isForbidden: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('check' as const) }),
)

function tableWith(): SubscriptionGroupTable {
  return new SubscriptionGroupTable(brokerConfigSchema.parse({}), { clock: new FakeClock(), log: silentLog })
}

test('the entries of groups that changed are those that are told, and make the table again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const groups = tableWith()
      const mirror = new KeptMirror(keptGroups(groups))
      for (const each of steps) {
        if (each.kind === 'put') {
          const { retryMaxTimes } = each
          const config = { ...defaultSubscriptionGroupConfig(each.group), retryMaxTimes }
          groups.update(config, defaultSubscriptionGroupConfig(each.other))
        } else if (each.kind === 'find') groups.find(each.group)
        else if (each.kind === 'delete') groups.delete(each.group)
        else if (each.kind === 'forbid') groups.setForbidden(each)
        else mirror.check()
      }
      mirror.check()
      const restored = tableWith()
      mirror.restore(keptGroups(restored))
      expect(restored.content()).toEqual(groups.content())
    }),
  )
})
