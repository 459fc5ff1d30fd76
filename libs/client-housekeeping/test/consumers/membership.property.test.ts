import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerTable, ProducerTable } from '../../src'
import * as fc from 'fast-check'
import { FakeChannel } from '../support/fake-channel'

const groups = ['a', 'b', 'c']
const channelIndex = fc.nat(3)
const group = fc.constantFrom(...groups)

type Step =
  | { readonly kind: 'register' | 'unregister'; readonly channelIndex: number; readonly group: string }
  | { readonly kind: 'close'; readonly channelIndex: number }
  | { readonly kind: 'wait' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('register' as const), channelIndex, group }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unregister' as const), channelIndex, group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), channelIndex }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
)

test('whatever comes and goes, the tables hold the members of a plain list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const clock = new FakeClock()
      const producers = new ProducerTable({ clock, log: silentLog })
      const consumers = new ConsumerTable({ clock, log: silentLog })
      const channels = [0, 1, 2, 3].map(() => new FakeChannel())
      let model: { group: string; index: number; atMs: number }[] = []
      for (const one of steps) {
        const isMeant = (member: { group: string; index: number }): boolean =>
          'channelIndex' in one &&
          member.index === one.channelIndex &&
          (!('group' in one) || member.group === one.group)
        const channel = 'channelIndex' in one ? channels[one.channelIndex]! : null
        if (one.kind === 'register') {
          const client = { channel: channel!, clientId: `client-${one.channelIndex}`, language: null, version: 0 }
          producers.register(one.group, client)
          consumers.register({
            group: one.group,
            client,
            manner: { consumeType: null, messageModel: null, consumeFromWhere: null },
            subscriptions: [],
            heartbeatFingerprint: 0,
            notifyConsumerIdsChangedEnable: true,
          })
          const known = model.find(isMeant)
          if (known === undefined) model.push({ group: one.group, index: one.channelIndex, atMs: clock.nowMs() })
          else known.atMs = clock.nowMs()
        } else if (one.kind === 'wait') {
          clock.advance(50)
          producers.removeExpired(100)
          consumers.removeExpired(100)
          model = model.filter(({ atMs }) => clock.nowMs() - atMs <= 100)
        } else {
          model = model.filter(member => !isMeant(member))
          if (one.kind === 'close') {
            producers.removeChannel(channel!)
            consumers.removeChannel(channel!)
          } else {
            producers.unregister(one.group, channel!)
            consumers.unregister(one.group, channel!, true)
          }
        }
        for (const name of groups) {
          const expected = model.filter(member => member.group === name).map(({ index }) => channels[index]!.id)
          expect(producers.members(name).map(member => member.channel.id)).toEqual(expected)
          expect((consumers.find(name)?.channels() ?? []).map(({ id }) => id)).toEqual(expected)
        }
        expect([...producers.groups()].sort()).toEqual([...new Set(model.map(member => member.group))].sort())
      }
    }),
    { numRuns: 200 },
  )
})
