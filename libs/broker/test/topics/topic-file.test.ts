import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog, StorageError } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import { brokerConfigSchema } from '../../src/broker-config'
import { topicConfigOf } from '../../src/topics/topic-config'
import { topicFile } from '../../src/topics/topic-file'
import { TopicTable } from '../../src/topics/topic-table'

const makeFolder = useTemporaryFolders()
const recordedFromJava = readFileSync(path.join(__dirname, '../golden/topics.json'), 'utf8')

function topicsIn(filePath: string) {
  const topics = new TopicTable(brokerConfigSchema.parse({}), { clock: new FakeClock(), log: silentLog })
  return {
    topics,
    keeper: topicFile({ topics, log: silentLog, file: new ConfigFile(filePath, { disk: nodeDisk, log: silentLog }) }),
  }
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

test('a topic is in the file as soon as it is made, and there again after a crash', async () => {
  const filePath = path.join(makeFolder(), 'config/topics.json')
  const { topics, keeper } = topicsIn(filePath)
  await keeper.start()
  expect(nodeDisk.exists(filePath)).toBe(false)
  topics.put(topicConfigOf({ topicName: 'TopicA', readQueueNums: 3, writeQueueNums: 3 }))

  const afterCrash = topicsIn(filePath)
  await afterCrash.keeper.start()
  expect(afterCrash.topics.find('TopicA')).toEqual(topics.find('TopicA'))
  expect(afterCrash.topics.dataVersion).toEqual(topics.dataVersion)
})

test('the file before the last change is kept as backup and read when the file is damaged', async () => {
  const filePath = path.join(makeFolder(), 'config/topics.json')
  const { topics, keeper } = topicsIn(filePath)
  await keeper.start()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  topics.put(topicConfigOf({ topicName: 'TopicB' }))
  nodeDisk.writeText(filePath, '{"topicConfigTable":{')

  const afterDamage = topicsIn(filePath)
  await afterDamage.keeper.start()
  expect(afterDamage.topics.find('TopicA')).not.toBeNull()
  expect(afterDamage.topics.find('TopicB')).toBeNull()
})

test('a topic that cannot be written is an error to whoever made it, and no reason not to stop', async () => {
  const { topics } = topicsIn(path.join(makeFolder(), 'config/topics.json'))
  const full = new StorageError('no space left')
  const file = {
    load: () => null,
    save: () => {
      throw full
    },
  }
  const keeper = topicFile({ topics, file, log: silentLog })
  await keeper.start()
  expect(() => topics.put(topicConfigOf({ topicName: 'TopicA' }))).toThrow(full)
  await keeper.stop()
})
