import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { messageStoreConfigSchema, TimerFiles } from '../../src'

const START_MS = 1_700_000_000_000
const SLOT_MS = START_MS + 60_000
/** More than what a start reads again behind a checkpoint. */
const UNIT_COUNT = 25_000
const SNAPSHOT = '/store/timerwheel.520000'
const OLDER_SNAPSHOT = '/store/timerwheel.52000'
const WHEEL = '/store/timerwheel'

const config = messageStoreConfigSchema.parse({ storePathRootDir: '/store', storePathCommitLog: '/store/commitlog' })

function filesOn(disk: FaultyDisk): TimerFiles {
  return new TimerFiles(config, { disk: disk.process(), clock: new FakeClock(START_MS), log: silentLog })
}

/** What Java leaves with timerWheelSnapshotFlush: a wheel that was never written to, and the wheel in other files. */
async function leftByJava(): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  disk.process().makeFolder('/store')
  const files = filesOn(disk)
  await files.open(Infinity)
  const unit = { magic: 1, writeTimeMs: START_MS, slotTimeMs: SLOT_MS, recordBytes: 100, topicHash: 7 }
  files.add(Array.from({ length: UNIT_COUNT }, (_, index) => ({ ...unit, physicalOffset: index * 100 })))
  await files.flush({ readTimeMs: START_MS, logPosition: files.logEnd, queueOffset: UNIT_COUNT })
  files.close()
  const process = disk.process()
  for (const snapshot of [SNAPSHOT, OLDER_SNAPSHOT]) {
    const file = process.open(snapshot, { create: true })
    file.write(Buffer.from('the wheel as it was'), 0)
    file.close()
  }
  const wheel = process.open(WHEEL)
  const bytes = wheel.sizeBytes()
  wheel.truncate(0)
  wheel.truncate(bytes)
  wheel.close()
  return disk
}

async function countAfterOpen(disk: FaultyDisk): Promise<number | undefined> {
  const files = filesOn(disk)
  await files.open(Infinity)
  const slot = await files.readSlot(SLOT_MS)
  files.close()
  return slot?.messages.count
}

test('where Java kept the wheel in other files, it is made again from the timer log', async () => {
  const disk = await leftByJava()
  expect(await countAfterOpen(disk)).toBe(UNIT_COUNT)
  expect(
    disk
      .process()
      .list('/store')
      .filter(name => name.startsWith('timerwheel')),
  ).toEqual(['timerwheel'])
  expect(await countAfterOpen(disk)).toBe(UNIT_COUNT)
})

test('the other files stay until the wheel is on the disk', async () => {
  const disk = await leftByJava()
  disk.fault = ({ kind, path }) => (kind === 'datasync' && path === WHEEL ? { code: 'EIO' } : null)
  await expect(countAfterOpen(disk)).rejects.toThrow('EIO')
  disk.fault = () => null
  disk.kill()
  expect(await countAfterOpen(disk)).toBe(UNIT_COUNT)
})
