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

test('a file system that turned read-only is read on, says so to who sends, and is written to when it can be again', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  const large = (index: number) => messageOf({ body: Buffer.alloc(3000, index) })
  for (let index = 0; index < 40; index += 1) await put(store, large(index))
  clock.advance(2000)
  await endOfTurn()
  disk.isReadOnly = true
  expect(await put(store, text('refused'))).toMatchObject({
    status: 'SERVICE_NOT_AVAILABLE',
    reason: expect.stringMatching(/EROFS/) as string,
  })
  expect(store.notWritableReason).toMatch(/EROFS.*accepted again/)
  const numbers = (await readQueue(store, 'TopicA', 0)).map(({ body }) => body[0])
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index))
  clock.advance(PROBE_PERIOD_MS)
  await endOfTurn()
  expect(store.isWritable).toBe(false)
  disk.isReadOnly = false
  clock.advance(PROBE_PERIOD_MS)
  await endOfTurn()
  expect(await put(store, text('after'))).toMatchObject({ status: 'PUT_OK', queueOffset: 40 })
})

test('a read that fails fails that pull alone: others, sends and the next pull go on', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL, disk.process(), new FakeClock())
  for (let index = 0; index < 40; index += 1) await put(store, messageOf({ body: Buffer.alloc(3000, index) }))
  disk.fault = ({ kind, path }) => (kind === 'read' && path.endsWith('/00000000000000000000') ? { code: 'EIO' } : null)
  await expect(get(store, { queueOffset: 0 })).rejects.toThrow(/EIO/)
  expect(messagesOf(await get(store, { queueOffset: 20 }))[0]?.body[0]).toBe(20)
  expect(await put(store, text('goes on'))).toMatchObject({ status: 'PUT_OK', queueOffset: 40 })
  disk.fault = () => null
  expect(messagesOf(await get(store, { queueOffset: 0 }))[0]?.body[0]).toBe(0)
})

test('a disk that is full is cleaned, and takes messages again without a restart', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore({ ...SMALL, deleteCommitLogFilesInterval: 0 }, disk.process(), clock)
  for (let index = 0; index < 40; index += 1) await put(store, messageOf({ body: Buffer.alloc(3000, index) }))
  clock.advance(2000)
  for (let turn = 0; turn < 10; turn += 1) await endOfTurn()
  const filesBytes = (): number => {
    const files = [...disk.contents.keys()].filter(file => file.startsWith('/store/commitlog/'))
    return files.length * 16 * 1024
  }
  disk.totalBytes = filesBytes()
  disk.availableBytesAt = () => disk.totalBytes - filesBytes()
  disk.fault = ({ kind, path }) =>
    kind === 'write' && path.includes('commitlog') && filesBytes() >= disk.totalBytes ? { code: 'ENOSPC' } : null
  expect(await put(store, text('too much'))).toMatchObject({ reason: expect.stringMatching(/ENOSPC/) as string })
  for (let second = 0; second < 90 && !store.isWritable; second += 1) {
    clock.advance(1000)
    for (let turn = 0; turn < 20; turn += 1) await endOfTurn()
  }
  expect(await put(store, text('after'))).toMatchObject({ status: 'PUT_OK', queueOffset: 40 })
  expect(store.minPhysicalOffset).toBeGreaterThan(0)
})
