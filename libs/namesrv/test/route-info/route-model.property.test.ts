import { silentLog } from '@rocketmq-ts/base'
import { topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import * as fc from 'fast-check'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { findTopicRoute } from '../../src/route-info/find-topic-route'
import { registerBroker } from '../../src/route-info/register-broker'
import { RouteAnswers } from '../../src/route-info/route-answers'
import { createRouteTables } from '../../src/route-info/route-tables'
import { unregisterBroker } from '../../src/route-info/unregister-broker'
import { channelOf, registrationOf } from '../support/route-fixtures'

const brokerNames = ['ba', 'bb', 'bc']
const topics = ['T1', 'T2', 'T3', 'T4']
const name = fc.constantFrom(...brokerNames)
const topicSet = fc.uniqueArray(fc.constantFrom(...topics), { minLength: 2 })
const perm = fc.constantFrom(2, 4, 6)

type Step =
  | { readonly kind: 'register'; readonly name: string; readonly topics: string[]; readonly perm: number }
  | { readonly kind: 'unregister' | 'close' | 'wipe' | 'add'; readonly name: string }
  | { readonly kind: 'delete'; readonly topic: string }
  | { readonly kind: 'ask'; readonly topic: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('register' as const), name, topics: topicSet, perm }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('unregister', 'close', 'wipe', 'add'), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), topic: fc.constantFrom(...topics) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), topic: fc.constantFrom(...topics) }) },
)

const addressOf = (brokerName: string): string => `127.0.0.1:${1000 + brokerNames.indexOf(brokerName)}`

/** What a NameServer of masters alone must know: by broker, the permission of each of its topics. */
type Model = Map<string, Map<string, number>>

function applyToModel(model: Model, one: Step): void {
  if (one.kind === 'register') {
    const known = model.get(one.name) ?? new Map<string, number>()
    for (const topic of one.topics) known.set(topic, one.perm)
    model.set(one.name, known)
  } else if (one.kind === 'unregister' || one.kind === 'close') {
    model.delete(one.name)
  } else if (one.kind === 'delete') {
    for (const known of model.values()) known.delete(one.topic)
  } else if (one.kind !== 'ask') {
    const known = model.get(one.name) ?? new Map<string, number>()
    for (const [topic, old] of known) known.set(topic, one.kind === 'wipe' ? old & ~2 : 6)
  }
}

function setUp() {
  const config = { supportActingMaster: false, deleteTopicWithBrokerRegistration: false }
  const findRoute = (topic: string) => findTopicRoute(tables, topic, config)
  const answers = new RouteAnswers(findRoute)
  const tables = createRouteTables(answers)
  const notifier = { onRegister: () => undefined, onUnregister: () => undefined }
  const deps = { tables, config, notifier, clock: new FakeClock(), log: silentLog }
  return { findRoute, answers, tables, deps }
}

test('whatever brokers do, routes are those of a plain model, and kept answers those of a fresh encoding', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), steps => {
      const { findRoute, answers, tables, deps } = setUp()
      const model: Model = new Map()
      const channels = new Map<string, Channel>(brokerNames.map(brokerName => [brokerName, channelOf()]))
      let counter = 0
      for (const one of steps) {
        applyToModel(model, one)
        if (one.kind === 'register') {
          const topicConfigs = one.topics.map(topicName => ({ topicName, perm: one.perm }))
          const channel = channels.get(one.name)!
          counter += 1
          registerBroker(
            deps,
            registrationOf({ brokerName: one.name, brokerAddr: addressOf(one.name), topicConfigs, counter, channel }),
          )
        } else if (one.kind === 'unregister') {
          unregisterBroker(deps, { clusterName: 'C1', brokerName: one.name, brokerAddr: addressOf(one.name) })
        } else if (one.kind === 'close') {
          for (const broker of tables.live.of(channels.get(one.name)!)) unregisterBroker(deps, broker)
        } else if (one.kind === 'delete') {
          tables.topics.removeTopic(one.topic)
        } else if (one.kind === 'ask') {
          for (const dialect of ['standard', 'legacy'] as const) {
            const route = findRoute(one.topic)
            const fresh = route === null ? null : topicRouteDataJson.encode(route, { standard: dialect === 'standard' })
            expect(answers.find(one.topic, dialect)?.bodyParts[0]?.toString()).toBe(fresh?.toString())
          }
        } else {
          tables.topics.changePermission(one.name, old => (one.kind === 'wipe' ? old & ~2 : 6))
        }
      }
      for (const topic of topics) {
        const expected = brokerNames
          .filter(brokerName => model.get(brokerName)?.has(topic))
          .map(brokerName => ({ brokerName, perm: model.get(brokerName)!.get(topic) }))
        const route = findRoute(topic)
        expect(route?.queueDatas ?? []).toMatchObject(expected)
        expect(route?.brokerDatas.map(({ brokerName }) => brokerName) ?? []).toEqual(
          expected.map(({ brokerName }) => brokerName),
        )
        const kept = answers.find(topic, 'standard')?.bodyParts[0]?.toString()
        expect(kept).toBe(route === null ? undefined : topicRouteDataJson.encode(route, { standard: true }).toString())
      }
      expect([...tables.brokers.all().keys()].sort()).toEqual([...model.keys()].sort())
    }),
    { numRuns: 300 },
  )
})
