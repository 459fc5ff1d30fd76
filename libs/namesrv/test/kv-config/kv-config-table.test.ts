import * as fs from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog, StorageError } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import { KV_CONFIG_CHARS_MAX, KvConfigFullError } from '../../src'
import { KvConfigTable } from '../../src/kv-config/kv-config-table'

const newFolder = useTemporaryFolders()

async function open(file: string): Promise<KvConfigTable> {
  const kvConfig = new KvConfigTable({ file: new ConfigFile(file, { disk: nodeDisk, log: silentLog }), log: silentLog })
  await kvConfig.start()
  return kvConfig
}

test('what was put is there after a restart, in the file as Java writes it', async () => {
  const file = path.join(newFolder(), 'namesrv', 'kvConfig.json')
  const kvConfig = await open(file)
  await kvConfig.put('ORDER_TOPIC_CONFIG', 'OT', 'fk:4')
  expect(fs.readFileSync(file, 'utf8')).toBe('{"configTable":{"ORDER_TOPIC_CONFIG":{"OT":"fk:4"}}}')
  expect((await open(file)).find('ORDER_TOPIC_CONFIG', 'OT')).toBe('fk:4')
})

test('a namespace stays when its last key goes, and the file before a change is kept as .bak', async () => {
  const file = path.join(newFolder(), 'kvConfig.json')
  const kvConfig = await open(file)
  await kvConfig.put('N', 'k', 'v')
  await kvConfig.delete('N', 'k')
  expect(kvConfig.list('N')).toEqual(new Map())
  expect(fs.readFileSync(file, 'utf8')).toBe('{"configTable":{"N":{}}}')
  expect(fs.readFileSync(`${file}.bak`, 'utf8')).toBe('{"configTable":{"N":{"k":"v"}}}')
  expect((await open(file)).list('N')).toEqual(new Map())
})

test('listeners hear of puts and deletes, not of the delete of an unknown key', async () => {
  const kvConfig = await open(path.join(newFolder(), 'kvConfig.json'))
  const heard: string[] = []
  kvConfig.onChange((namespace, key) => heard.push(`${namespace}/${key}`))
  await kvConfig.put('N', 'a', '1')
  await kvConfig.delete('N', 'b')
  await kvConfig.delete('M', 'a')
  await kvConfig.delete('N', 'a')
  expect(heard).toEqual(['N/a', 'N/a'])
})

test('changes that are asked for at once are all made, one after the other', async () => {
  const file = path.join(newFolder(), 'kvConfig.json')
  const kvConfig = await open(file)
  const changes = ['a', 'b', 'c'].map(key => kvConfig.put('N', key, key))
  expect(kvConfig.find('N', 'a')).toBeNull()
  const deleted = kvConfig.delete('N', 'b')
  await kvConfig.stop()
  expect((await open(file)).list('N')).toEqual(new Map(Object.entries({ a: 'a', c: 'c' })))
  await Promise.all([...changes, deleted])
})

test('a table that grows too large refuses the put and keeps what it had', async () => {
  const file = path.join(newFolder(), 'kvConfig.json')
  const kvConfig = await open(file)
  await kvConfig.put('N', 'small', 'v')
  await expect(kvConfig.put('N', 'large', 'x'.repeat(KV_CONFIG_CHARS_MAX))).rejects.toThrow(KvConfigFullError)
  expect(kvConfig.find('N', 'large')).toBeNull()
  expect((await open(file)).list('N')).toEqual(new Map([['small', 'v']]))
})

test('a put that cannot be written is not answered from memory either', async () => {
  const folder = newFolder()
  const kvConfig = await open(path.join(folder, 'kvConfig.json'))
  fs.rmSync(folder, { recursive: true })
  fs.writeFileSync(folder, 'no folder any more')
  await expect(kvConfig.put('N', 'k', 'v')).rejects.toThrow(StorageError)
  expect(kvConfig.find('N', 'k')).toBeNull()
})

test('a file of Java is read: names and texts in single quotes, unknown fields', async () => {
  const file = path.join(newFolder(), 'kvConfig.json')
  fs.writeFileSync(file, `{'configTable':{"N":{"k":'v',},},"more":1}`)
  expect((await open(file)).find('N', 'k')).toBe('v')
})
