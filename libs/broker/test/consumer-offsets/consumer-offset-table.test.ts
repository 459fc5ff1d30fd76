import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { consumerOffsetTableJson, parseFastJson } from '@rocketmq-ts/protocol'
import { createTableKeeper } from '@rocketmq-ts/store'
import * as fc from 'fast-check'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetFile } from '../../src/consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { keptOffsets } from '../../src/consumer-offsets/kept-offsets'

const makeFolder = useTemporaryFolders()

function tableWith(given: Record<string, string> = {}, clock = new FakeClock()) {
  return new ConsumerOffsetTable(brokerConfigSchema.parse(given), { clock, log: silentLog })
}

const at = (queueId: number, offset: number) => ({ group: 'GroupA', topic: 'TopicA', queueId, offset })

test('what is committed is what is asked for, backwards too', () => {
  const offsets = tableWith()
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(-1)
  offsets.commit(at(0, 9))
  offsets.commit(at(0, 7))
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(7)
  expect(offsets.query('GroupA', 'TopicA', 1)).toBe(-1)
  expect(offsets.query('GroupB', 'TopicA', 0)).toBe(-1)
})

test('the version steps once in so many commits', () => {
  const clock = new FakeClock()
  const offsets = tableWith({ consumerOffsetUpdateVersionStep: '3' }, clock)
  clock.advance(5)
  for (let offset = 1; offset <= 7; offset += 1) offsets.commit(at(0, offset))
  expect(offsets.dataVersion).toEqual({ counter: 2, stateVersion: 0, timestamp: clock.nowMs() })
})

test('how far a group has pulled is as far as it has committed until it pulls', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 3))
  expect(offsets.queryPull('GroupA', 'TopicA', 0)).toBe(3)
  offsets.commitPull(at(0, 35))
  expect(offsets.queryPull('GroupA', 'TopicA', 0)).toBe(35)
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(3)
})

test('a pending reset is what the group is told, once', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 9))
  offsets.assignResetOffset(at(0, 2))
  expect(offsets.pendingReset('GroupA', 'TopicA', 0)).toBe(2)
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(2)
  expect(offsets.eraseResetOffset('GroupA', 'TopicA', 0)).toBe(2)
  expect(offsets.eraseResetOffset('GroupA', 'TopicA', 0)).toBeNull()
  expect(offsets.pendingReset('GroupA', 'TopicA', 0)).toBeNull()
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(2)
})

test('a reset to nowhere is ignored', () => {
  const offsets = tableWith()
  offsets.assignResetOffset(at(0, -1))
  offsets.assignResetOffset(at(-1, 5))
  offsets.assignResetOffset({ ...at(0, 5), group: '' })
  expect(offsets.content().offsetTable.size).toBe(0)
})

test('deleting a topic or a group takes their offsets along', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 1))
  offsets.commit({ ...at(0, 2), topic: 'TopicB' })
  offsets.commit({ ...at(0, 3), group: 'GroupB' })
  offsets.assignResetOffset(at(0, 0))
  expect(offsets.topicsOf('GroupA')).toEqual(['TopicA', 'TopicB'])
  expect(offsets.groupsOf('TopicA')).toEqual(['GroupA', 'GroupB'])
  offsets.deleteTopic('TopicA')
  expect(offsets.topicsOf('GroupA')).toEqual(['TopicB'])
  expect(offsets.pendingReset('GroupA', 'TopicA', 0)).toBeNull()
  offsets.deleteGroup('GroupA')
  expect(offsets.content().offsetTable.size).toBe(0)
})

test('what a broadcasting group has got is kept and goes with it, and is no group to anybody who asks', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 1))
  offsets.commit({ ...at(0, 5), group: 'GroupA@broadcast' })
  const reread = tableWith()
  reread.restore(offsets.content())
  expect(reread.query('GroupA@broadcast', 'TopicA', 0)).toBe(5)
  expect(reread.groupsOf('TopicA')).toEqual(['GroupA'])
  expect(reread.content().groupTopicMap).toEqual(new Map([['GroupA', ['TopicA']]]))
  reread.deleteGroup('GroupA')
  expect(reread.content().offsetTable.size).toBe(0)
})

test('a group that is given the offsets of another has just those', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 5))
  offsets.commit({ ...at(1, 9), group: 'GroupB' })
  offsets.clone({ from: 'GroupA', to: 'GroupB', topic: 'TopicA' })
  offsets.commit(at(0, 6))
  expect(offsets.offsetsOf('GroupB', 'TopicA')).toEqual(new Map([[0, 5]]))
})

test('a group may be cloned onto itself', () => {
  const offsets = tableWith()
  offsets.commit(at(0, 5))
  offsets.clone({ from: 'GroupA', to: 'GroupA', topic: 'TopicA' })
  expect(offsets.query('GroupA', 'TopicA', 0)).toBe(5)
})

test('what is written is what is read, whatever was committed', () => {
  const name = fc.stringMatching(/^[%|a-zA-Z0-9_-]{1,8}$/)
  const commit = fc.record({ group: name, topic: name, queueId: fc.nat(9), offset: fc.maxSafeNat() })
  fc.assert(
    fc.property(fc.array(commit), commits => {
      const offsets = tableWith()
      for (const one of commits) offsets.commit(one)
      const restored = tableWith()
      restored.restore(consumerOffsetTableJson.decode(consumerOffsetTableJson.encode(offsets.content())))
      expect(restored.content()).toEqual(offsets.content())
    }),
  )
})

function keptIn(filePath: string, { clock = new FakeClock(), disk = nodeDisk } = {}) {
  const offsets = tableWith({}, clock)
  const log = silentLog
  const keeper = createTableKeeper('json', path.dirname(filePath), keptOffsets(offsets), { clock, disk, log })
  const config = { flushConsumerOffsetInterval: 5_000 }
  return { offsets, clock, keeper: new ConsumerOffsetFile(config, { offsets, keeper, clock, log }) }
}

test('a file written by Java is understood and written again the same, but for what was pulled', async () => {
  const recordedFromJava = readFileSync(path.join(__dirname, '../golden/consumerOffset.json'), 'utf8')
  const filePath = path.join(makeFolder(), 'config/consumerOffset.json')
  nodeDisk.makeFolder(path.dirname(filePath))
  nodeDisk.writeText(filePath, recordedFromJava)
  const { offsets, keeper } = keptIn(filePath)
  await keeper.start()
  expect(offsets.query('orders', 'OrderTopic', 1)).toBe(8)
  expect(offsets.query('steps', 'Plain', 1)).toBe(402_292)
  expect(offsets.queryPull('steps', 'Auto', 0)).toBe(-1)
  offsets.commitPull({ group: 'steps', topic: 'Auto', queueId: 0, offset: 1 })
  await keeper.stop()
  const written = nodeDisk.readText(filePath) ?? ''
  expect(parseFastJson(written)).toEqual(parseFastJson(recordedFromJava))
  expect(written.length).toBe(recordedFromJava.length)
})

test('offsets are written every five seconds, if any changed', async () => {
  const filePath = '/config/consumerOffset.json'
  const disk = new FaultyDisk().process()
  const { offsets, clock, keeper } = keptIn(filePath, { disk })
  const afterMs = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise(resolve => setImmediate(resolve))
  }
  await keeper.start()
  offsets.commit(at(0, 7))
  await afterMs(4_999)
  expect(disk.exists(filePath)).toBe(false)
  await afterMs(1)
  const { offsets: restored, keeper: next } = keptIn(filePath, { disk })
  await next.start()
  expect(restored.query('GroupA', 'TopicA', 0)).toBe(7)

  disk.remove(filePath)
  await afterMs(5_000)
  expect(disk.exists(filePath)).toBe(false)
  offsets.commit(at(0, 8))
  await keeper.stop()
  expect(disk.exists(filePath)).toBe(true)
})

test('a stop waits for the save under way, and for the one of what came after it', async () => {
  const faulty = new FaultyDisk()
  const disk = faulty.process()
  const { offsets, clock, keeper } = keptIn('/config/consumerOffset.json', { disk })
  await keeper.start()
  offsets.commit(at(0, 7))
  faulty.holdSyncs()
  clock.advance(5_000)
  await new Promise(resolve => setImmediate(resolve))
  offsets.commit(at(0, 8))
  const stopped = keeper.stop()
  faulty.releaseSyncs()
  await stopped
  const { offsets: restored, keeper: next } = keptIn('/config/consumerOffset.json', { disk: faulty.process() })
  await next.start()
  expect(restored.query('GroupA', 'TopicA', 0)).toBe(8)
})

test('offsets that cannot be written are written the next time, changed or not', async () => {
  const faulty = new FaultyDisk()
  const disk = faulty.process()
  const { offsets, clock, keeper } = keptIn('/config/consumerOffset.json', { disk })
  await keeper.start()
  offsets.commit(at(0, 7))
  faulty.failNth('write', 1, { code: 'ENOSPC' })
  for (const isThere of [false, true]) {
    clock.advance(5_000)
    await new Promise(resolve => setImmediate(resolve))
    expect(disk.exists('/config/consumerOffset.json')).toBe(isThere)
  }
})
