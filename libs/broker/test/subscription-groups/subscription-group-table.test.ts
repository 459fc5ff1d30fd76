import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { defaultSubscriptionGroupConfig, parseFastJson } from '@rocketmq-ts/protocol'
import { createTableKeeper } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import { keptGroups } from '../../src/subscription-groups/kept-groups'
import { subscriptionGroupFile } from '../../src/subscription-groups/subscription-group-file'
import { ForbiddenBit, SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'

const makeFolder = useTemporaryFolders()

function tableWith(given: Record<string, string> = {}) {
  return new SubscriptionGroupTable(brokerConfigSchema.parse(given), { clock: new FakeClock(), log: silentLog })
}

test('a group is made when it is asked for', () => {
  const groups = tableWith()
  expect(groups.findExisting('GroupA')).toBeNull()
  expect(groups.find('GroupA')).toEqual(defaultSubscriptionGroupConfig('GroupA'))
  expect(groups.findExisting('GroupA')).not.toBeNull()
  expect(groups.dataVersion.counter).toBe(1)
})

test('with creation switched off only groups of the system are made', () => {
  const groups = tableWith({ autoCreateSubscriptionGroup: 'false' })
  expect(groups.find('GroupA')).toBeNull()
  expect(groups.find('TOOLS_CONSUMER')).not.toBeNull()
  expect(groups.find('CID_RMQ_SYS_OTHER')).not.toBeNull()
  expect(
    tableWith({ autoCreateSubscriptionGroup: 'false', enableCreateSysGroup: 'false' }).find('CID_RMQ_SYS_OTHER'),
  ).toBeNull()
})

test('a group with an illegal name is not made', () => {
  expect(tableWith().find('bad.name')).toBeNull()
})

test('a topic is forbidden to a group until it is allowed again', () => {
  const groups = tableWith()
  const rule = { group: 'GroupA', topic: 'TopicA', bit: ForbiddenBit.CONSUME }
  groups.setForbidden({ ...rule, isForbidden: true })
  expect(groups.isForbidden('GroupA', 'TopicA', ForbiddenBit.CONSUME)).toBe(true)
  expect(groups.isForbidden('GroupA', 'TopicB', ForbiddenBit.CONSUME)).toBe(false)
  expect(groups.forbiddenTable()).toEqual(new Map([['GroupA', new Map([['TopicA', 4]])]]))
  groups.setForbidden({ ...rule, isForbidden: false })
  expect(groups.forbiddenTable()).toEqual(new Map())
})

test('a deleted group takes what was forbidden to it along', () => {
  const groups = tableWith()
  groups.find('GroupA')
  groups.setForbidden({ group: 'GroupA', topic: 'TopicA', bit: ForbiddenBit.CONSUME, isForbidden: true })
  expect(groups.delete('GroupA')).toBe(true)
  expect(groups.delete('GroupA')).toBe(false)
  expect(groups.isForbidden('GroupA', 'TopicA', ForbiddenBit.CONSUME)).toBe(false)
})

test('a file written by Java is understood and written again the same', async () => {
  const recordedFromJava = readFileSync(path.join(__dirname, '../golden/subscriptionGroup.json'), 'utf8')
  const filePath = path.join(makeFolder(), 'config/subscriptionGroup.json')
  nodeDisk.makeFolder(path.dirname(filePath))
  nodeDisk.writeText(filePath, recordedFromJava)

  const groups = tableWith()
  const deps = { clock: new FakeClock(), disk: nodeDisk, log: silentLog }
  const json = createTableKeeper('json', path.dirname(filePath), keptGroups(groups), deps)
  const keeper = subscriptionGroupFile({ groups, log: silentLog, keeper: json })
  await keeper.start()
  expect(groups.find('orders')).toMatchObject({
    retryQueueNums: 2,
    retryMaxTimes: 5,
    groupRetryPolicy: { type: 'EXPONENTIAL', exponentialRetryPolicy: { initial: 1000, max: 60_000, multiplier: 3 } },
  })
  expect(groups.isForbidden('orders', 'OrderTopic', ForbiddenBit.CONSUME)).toBe(true)
  await keeper.stop()
  const written = nodeDisk.readText(filePath) ?? ''
  expect(parseFastJson(written)).toEqual(parseFastJson(recordedFromJava))
})
