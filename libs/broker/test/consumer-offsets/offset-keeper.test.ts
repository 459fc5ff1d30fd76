import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { createTableKeeper } from '@rocketmq-ts/store'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { offsetKeeper } from '../../src/consumer-offsets/offset-keeper'

const FOLDER = '/store/config'
const disk = new FaultyDisk()
beforeEach(() => disk.process().remove(FOLDER))

interface Kept {
  readonly enableLmq: boolean
  readonly configManagerVersion: 'v1' | 'kv'
}

/** What a broker knows after a start; it goes on to `offset`. */
async function run(config: Kept, offset: number): Promise<number> {
  const view = disk.process()
  const deps = { clock: new FakeClock(), log: silentLog, disk: view }
  const offsets = new ConsumerOffsetTable({ consumerOffsetUpdateVersionStep: 1, useServerSideResetOffset: true }, deps)
  const kind = config.configManagerVersion === 'kv' ? 'kv' : 'json'
  const keeper = offsetKeeper(config, {
    ...{ offsets, folder: FOLDER, disk: view },
    keeperOf: table =>
      createTableKeeper(kind, FOLDER, table, { ...deps, clock: { endOfTurn: run => setImmediate(run) } }),
  })
  await keeper.load()
  const known = offsets.query('GroupA', 'TopicA', 0)
  offsets.commit({ group: 'GroupA', topic: 'TopicA', queueId: 0, offset })
  await keeper.save()
  await keeper.close()
  return known
}

test('with light queues offsets are kept where Java keeps them then', async () => {
  await run({ enableLmq: true, configManagerVersion: 'v1' }, 7)
  expect(disk.process().list(FOLDER)).toEqual(['lmqConsumerOffset.json'])
  const text = disk.process().readText(`${FOLDER}/lmqConsumerOffset.json`)
  expect(text?.replace(/\s/g, '')).toContain('"TopicA@GroupA":{0:7}')
})

test('who switches light queues on keeps the offsets', async () => {
  await run({ enableLmq: false, configManagerVersion: 'v1' }, 7)
  expect(await run({ enableLmq: true, configManagerVersion: 'v1' }, 8)).toBe(7)
  expect(await run({ enableLmq: true, configManagerVersion: 'v1' }, 9)).toBe(8)
})
