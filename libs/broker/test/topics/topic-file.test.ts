import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { createTableKeeper } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import { keptTopics } from '../../src/topics/kept-topics'
import { topicConfigOf } from '../../src/topics/topic-config'
import { NotKeptError } from '../../src/table-file'
import { TopicFile } from '../../src/topics/topic-file'
import { TopicTable } from '../../src/topics/topic-table'

const makeFolder = useTemporaryFolders()
const recordedFromJava = readFileSync(path.join(__dirname, '../golden/topics.json'), 'utf8')

function topicsIn(filePath: string, disk = nodeDisk) {
  const clock = new FakeClock()
  const log = silentLog
  const topics = new TopicTable(brokerConfigSchema.parse({}), { clock, log })
  const keeper = createTableKeeper('json', path.dirname(filePath), keptTopics(topics), { clock, disk, log })
  return { topics, keeper: new TopicFile({ topics, log, keeper }) }
}

function lines(json: string): readonly string[] {
  return json
    .split('\n')
    .map(line => line.replace(/,$/, ''))
    .sort()
}

test('a file written by Java is understood and written again with the same content', async () => {
  const filePath = path.join(makeFolder(), 'config/topics.json')
  nodeDisk.makeFolder(path.dirname(filePath))
  nodeDisk.writeText(filePath, recordedFromJava)
  const { topics, keeper } = topicsIn(filePath)
  await keeper.start()
  expect(topics.find('OrderTopic')).toMatchObject({ readQueueNums: 8, order: true, perm: 6 })
  expect(topics.find('OrderTopic')?.attributes).toEqual(new Map([['message.type', 'FIFO']]))
  expect(topics.find('%RETRY%steps')).toMatchObject({ topicSysFlag: 2, order: true })

  topics.put(topicConfigOf({ topicName: 'Ours', readQueueNums: 3, writeQueueNums: 3 }))
  topics.delete('Ours')
  await keeper.stop()
  const written = nodeDisk.readText(filePath) ?? ''
  const withoutVersion = (json: string): readonly string[] =>
    lines(json).filter(line => !/"(counter|timestamp)":/.test(line))
  expect(withoutVersion(written)).toEqual(expect.arrayContaining([...withoutVersion(recordedFromJava)]))
})

test('a topic that was made is saved soon, and there again after a crash', async () => {
  const filePath = path.join(makeFolder(), 'config/topics.json')
  const { topics, keeper } = topicsIn(filePath)
  await keeper.start()
  expect(nodeDisk.exists(filePath)).toBe(false)
  topics.put(topicConfigOf({ topicName: 'TopicA', readQueueNums: 3, writeQueueNums: 3 }))
  expect(keeper.isSaved('TopicA')).toBe(false)
  await keeper.saved()
  expect(keeper.isSaved('TopicA')).toBe(true)

  const afterCrash = topicsIn(filePath)
  await afterCrash.keeper.start()
  expect(afterCrash.topics.find('TopicA')).toEqual(topics.find('TopicA'))
  expect(afterCrash.topics.dataVersion).toEqual(topics.dataVersion)
})

test('the file before the last change is kept as backup and read when the file is damaged', async () => {
  const filePath = path.join(makeFolder(), 'config/topics.json')
  const { topics, keeper } = topicsIn(filePath)
  await keeper.start()
  for (const topicName of ['TopicA', 'TopicB']) {
    topics.put(topicConfigOf({ topicName }))
    await keeper.saved()
  }
  nodeDisk.writeText(filePath, '{"topicConfigTable":{')

  const afterDamage = topicsIn(filePath)
  await afterDamage.keeper.start()
  expect(afterDamage.topics.find('TopicA')).not.toBeNull()
  expect(afterDamage.topics.find('TopicB')).toBeNull()
})

/** Topics in a file on a disk in memory. */
function topicsOnFaultyDisk() {
  const disk = new FaultyDisk()
  const open = () => topicsIn('/config/topics.json', disk.process())
  return { disk, open, ...open() }
}

test('a topic that cannot be written is an error to whoever waits for it, until it can', async () => {
  const { disk, open, topics, keeper } = topicsOnFaultyDisk()
  await keeper.start()
  disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC' } : null)
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  for (let time = 0; time < 2; time += 1) {
    await expect(keeper.saved()).rejects.toThrow(NotKeptError)
    await expect(keeper.saved()).rejects.toThrow(/topics\.json.*ENOSPC/)
    expect(keeper.isSaved('TopicA')).toBe(false)
  }
  expect(topics.find('TopicA')).not.toBeNull()
  disk.fault = () => null
  await keeper.saved()
  expect(keeper.isSaved('TopicA')).toBe(true)
  const afterCrash = open()
  await afterCrash.keeper.start()
  expect(afterCrash.topics.find('TopicA')).not.toBeNull()
})

test('a change of a topic that is in the file leaves it usable while the change waits for the disk', async () => {
  const { disk, topics, keeper } = topicsOnFaultyDisk()
  await keeper.start()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  await keeper.saved()
  disk.holdSyncs()
  topics.put(topicConfigOf({ topicName: 'TopicA', perm: 4 }), topicConfigOf({ topicName: 'TopicB' }))
  expect(['TopicA', 'TopicB'].map(topic => keeper.isSaved(topic))).toEqual([true, false])
  disk.releaseSyncs()
  await keeper.saved()
  expect(keeper.isSaved('TopicB')).toBe(true)
})

test('a topic that is made again while the save of the first one is under way waits for its own', async () => {
  const { disk, topics, keeper } = topicsOnFaultyDisk()
  await keeper.start()
  disk.holdSyncs()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  const first = keeper.saved()
  topics.delete('TopicA')
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  expect(keeper.isSaved('TopicA')).toBe(false)
  disk.releaseSyncs()
  await first
  await keeper.saved()
  expect(keeper.isSaved('TopicA')).toBe(true)
})

test('a disk that fails is no reason not to stop', async () => {
  const { disk, topics, keeper } = topicsOnFaultyDisk()
  await keeper.start()
  disk.fault = () => ({ code: 'EIO' })
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  await keeper.stop()
})

test('nobody waits for the disk when nothing has changed since the last save', async () => {
  const { disk, topics, keeper } = topicsOnFaultyDisk()
  await keeper.start()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  await keeper.saved()
  disk.fault = () => ({ code: 'EIO' })
  await keeper.saved()
})
