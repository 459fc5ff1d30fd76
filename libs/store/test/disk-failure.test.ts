import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore } from '../src'
import { SMALL, endOfTurn, get, messageOf, messagesOf, put, readQueue, startStore } from './store-fixture'

const PROBE_PERIOD_MS = 5000

async function bodiesOf(store: MessageStore): Promise<string[]> {
  return (await readQueue(store, 'TopicA', 0)).map(({ body }) => body.toString())
}

const text = (body: string) => messageOf({ body: Buffer.from(body) })

test('a write that fails refuses its messages in words, and gives their offsets back', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  await put(store, text('before'))
  const endOffset = store.maxPhysicalOffset
  disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC', takenBytes: 40 } : null)
  const [first, second] = await Promise.all([put(store, text('lost 1')), put(store, text('lost 2'))])
  for (const result of [first, second]) {
    expect(result).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE', reason: expect.stringMatching(/ENOSPC/) as string })
  }
  expect([store.isWritable, store.maxPhysicalOffset, store.maxOffset('TopicA', 0)]).toEqual([false, endOffset, 1])
  expect(store.notWritableReason).toMatch(/ENOSPC.*accepted again/)
  expect(messagesOf(await get(store)).map(({ body }) => body.toString())).toEqual(['before'])
})

test('when the disk takes writes again, so does the store', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  await put(store, text('before'))
  disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC', takenBytes: 150 } : null)
  await put(store, text('lost'))
  clock.advance(PROBE_PERIOD_MS)
  await endOfTurn()
  expect(store.isWritable).toBe(false)
  disk.fault = () => null
  clock.advance(PROBE_PERIOD_MS)
  await endOfTurn()
  expect([store.isWritable, store.notWritableReason]).toEqual([true, null])
  expect(await put(store, text('after'))).toMatchObject({ status: 'PUT_OK', queueOffset: 1 })
  disk.kill()
  const restarted = await startStore(SMALL, disk.process())
  expect(await bodiesOf(restarted)).toEqual(['before', 'after'])
})

test('a file that cannot be made refuses the message that needs it', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL, disk.process())
  await put(store, messageOf({ body: Buffer.alloc(12_000) }))
  disk.failNth('open', 1, { code: 'ENOSPC' })
  const refused = await put(store, messageOf({ body: Buffer.alloc(12_000) }))
  expect(refused).toMatchObject({
    status: 'CREATE_MAPPED_FILE_FAILED',
    reason: expect.stringMatching(/ENOSPC/) as string,
  })
  expect(store.isWritable).toBe(false)
  expect(store.maxOffset('TopicA', 0)).toBe(1)
})

test('after a sync that failed nothing is promised until a restart', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore({ ...SMALL, flushDiskType: 'SYNC_FLUSH' }, disk.process(), clock)
  await put(store, text('before'))
  disk.failNth('datasync', 1, { code: 'EIO' })
  expect(await put(store, text('unknown'))).toMatchObject({
    status: 'FLUSH_DISK_TIMEOUT',
    reason: expect.stringMatching(/EIO/) as string,
  })
  clock.advance(60_000)
  await endOfTurn()
  expect(store.isWritable).toBe(false)
  expect(store.notWritableReason).toMatch(/EIO.*restart/)
  expect(await bodiesOf(store)).toEqual(['before'])
  await store.stop()
  expect(disk.contents.has('/store/abort')).toBe(true)
})

test('queues that cannot be written keep their entries in memory', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  await put(store, text('before'))
  disk.fault = ({ path }) => (path.includes('consumequeue') ? { code: 'ENOSPC' } : null)
  clock.advance(1000)
  await endOfTurn()
  expect(store.isWritable).toBe(false)
  expect(await bodiesOf(store)).toEqual(['before'])
  disk.fault = () => null
  clock.advance(PROBE_PERIOD_MS)
  await endOfTurn()
  expect(await put(store, text('after'))).toMatchObject({ status: 'PUT_OK', queueOffset: 1 })
})

test('a nearly full disk refuses messages until there is space again', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  disk.availableBytes = disk.totalBytes * 0.09
  clock.advance(10_000)
  expect(await put(store, text('too much'))).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
  expect(store.notWritableReason).toBe(
    'disk 91 % full, above diskSpaceWarningLevelRatio 90 %: free space until it is at most 85 % full',
  )
  disk.availableBytes = disk.totalBytes * 0.14
  clock.advance(10_000)
  expect(store.isWritable).toBe(false)
  disk.availableBytes = disk.totalBytes * 0.15
  clock.advance(10_000)
  expect(store.isWritable).toBe(true)
  expect(store.commitLogDiskRatio()).toBeCloseTo(0.85)
})
