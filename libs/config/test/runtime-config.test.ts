import * as fs from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, StorageError } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { ConfigBlackListError, ConfigValueError, loadConfig, restartOnly, wholeNumber } from '../src'
import { z } from 'zod'

const temporaryFolder = useTemporaryFolders()

const schema = z.object({
  maxMessageSize: wholeNumber().default(4194304),
  brokerName: z.string().default('broker-a'),
  brokerIP1: z.string().default(''),
  kvConfigPath: z.string().default('/kv.json'),
  listenPort: restartOnly(wholeNumber().default(10911)),
  'tls.server.keyPassword': z.string().default('changeit'),
  configBlackList: z.string().default('configBlackList;brokerConfigPath'),
})

function start(text: string) {
  const file = path.join(temporaryFolder(), 'broker.conf')
  fs.writeFileSync(file, text)
  const clock = new FakeClock(1000)
  const config = loadConfig(
    {
      service: 'broker',
      schemas: [schema],
      knownWithoutEffect: { traceOn: 'true', dLegerGroup: null },
      defaults: { brokerIP1: '10.1.2.3' },
      file,
      blackList: ['kvConfigPath'],
    },
    { disk: nodeDisk, clock },
  )
  return { config, clock, file }
}

test('an update changes the live values, tells the listeners and counts', async () => {
  const { config, clock } = start('maxMessageSize=100')
  const { values } = config
  const seen: string[][] = []
  config.onChange(keys => seen.push([...keys]))
  clock.advance(5)
  await config.update('maxMessageSize=200\nbrokerName=broker-a\nneverHeardOf=1\n')
  expect(values.maxMessageSize).toBe(200)
  expect(seen).toEqual([['maxMessageSize']])
  expect(config.version).toEqual({ stateVersion: 0, timestamp: 1005, counter: 1 })
})

test('a key that is read once is shown and written at once, and changes with the restart', async () => {
  const { config, file } = start('')
  const seen: string[][] = []
  config.onChange(keys => seen.push([...keys]))
  await config.update('listenPort=1')
  expect(config.values.listenPort).toBe(10911)
  expect(seen).toEqual([[]])
  expect(config.toPropertiesText()).toContain('listenPort=1\n')
  expect(fs.readFileSync(file, 'utf8')).toContain('listenPort=1\n')
})

test('an update is written to the file that was named, the old text beside it, and loads again', async () => {
  const { config, file } = start('# mine\nmaxMessageSize=100\n')
  await config.update('maxMessageSize=200\ntraceOn=false\ndLegerGroup=g\nbrokerName=C:\\\\tem\\u4e2dp\n')
  expect(fs.readFileSync(`${file}.bak`, 'utf8')).toBe('# mine\nmaxMessageSize=100\n')
  expect(fs.readFileSync(file, 'utf8')).toBe(
    [
      'brokerName=C:\\\\tem\\u4e2dp',
      'configBlackList=configBlackList;brokerConfigPath',
      'dLegerGroup=g',
      'kvConfigPath=/kv.json',
      'listenPort=10911',
      'maxMessageSize=200',
      'tls.server.keyPassword=changeit',
      'traceOn=false',
      '',
    ].join('\n'),
  )
  const deps = { disk: nodeDisk, clock: new FakeClock() }
  expect(loadConfig({ service: 'broker', schemas: [schema], file }, deps).values.brokerName).toBe('C:\\tem中p')
})

test('a value made up on this machine is shown but not written to the file until someone sets it', async () => {
  const { config, file } = start('')
  expect(config.toPropertiesText()).toContain('brokerIP1=10.1.2.3\n')
  expect(config.isConfigured('brokerIP1')).toBe(false)
  await config.update('maxMessageSize=1')
  expect(fs.readFileSync(file, 'utf8')).not.toContain('brokerIP1')
  await config.update('brokerIP1=10.9.9.9')
  expect(fs.readFileSync(file, 'utf8')).toContain('brokerIP1=10.9.9.9\n')
})

test('what the process finds out later is live and shown, while the file keeps what it said', async () => {
  const { config, file } = start('brokerName=b')
  const { values } = config
  config.derive({ brokerName: 'found' })
  await config.update('maxMessageSize=1')
  expect(values.brokerName).toBe('found')
  expect(config.toPropertiesText()).toContain('brokerName=found\n')
  expect(fs.readFileSync(file, 'utf8')).toContain('brokerName=b\n')
})

test('updates that come together are written one after the other, the last one last', async () => {
  const { config, file } = start('')
  const updates = [1, 2, 3].map(size => config.update(`maxMessageSize=${size}`))
  expect(config.values.maxMessageSize).toBe(3)
  await Promise.all(updates)
  expect(fs.readFileSync(file, 'utf8')).toContain('maxMessageSize=3\n')
  expect(fs.readdirSync(path.dirname(file)).sort()).toEqual(['broker.conf', 'broker.conf.bak'])
})

test('a file that cannot be written is said to whoever asked, and the update is in force all the same', async () => {
  const { config, file } = start('maxMessageSize=100')
  fs.mkdirSync(`${file}.tmp`)
  await expect(config.update('maxMessageSize=200')).rejects.toThrow(StorageError)
  expect(config.values.maxMessageSize).toBe(200)
  expect(fs.readFileSync(file, 'utf8')).toBe('maxMessageSize=100')
})

test.each(['configBlackList=x', 'brokerConfigPath=x', 'kvConfigPath=x'])('%s refuses the whole update', async line => {
  const { config, file } = start('maxMessageSize=100')
  await expect(config.update(`maxMessageSize=5\n${line}`)).rejects.toThrow(ConfigBlackListError)
  expect(config.values.maxMessageSize).toBe(100)
  expect(fs.readFileSync(file, 'utf8')).toBe('maxMessageSize=100')
})

test('a bad value refuses the whole update and says what is allowed', async () => {
  const { config } = start('')
  const update = () => config.update('brokerName=x\nmaxMessageSize=lots')
  await expect(update()).rejects.toThrow(ConfigValueError)
  await expect(update()).rejects.toThrow('maxMessageSize = lots: it must be a whole number from 0 to 2147483647')
  expect(config.values.brokerName).toBe('broker-a')
})

test('the text for getBrokerConfig has every known key, sorted, with or without effect, but no password', () => {
  expect(start('').config.toPropertiesText()).toBe(
    'brokerIP1=10.1.2.3\nbrokerName=broker-a\nconfigBlackList=configBlackList;brokerConfigPath\n' +
      'kvConfigPath=/kv.json\nlistenPort=10911\nmaxMessageSize=4194304\ntraceOn=true\n',
  )
})
