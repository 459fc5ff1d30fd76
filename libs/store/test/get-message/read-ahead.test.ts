import * as fc from 'fast-check'
import type { LogChunk } from '../../src/get-message/log-chunk'
import { ReadAhead } from '../../src/get-message/read-ahead'
import { ReadBufferPool } from '../../src/get-message/read-buffer-pool'

const FILE_BYTES = 1024 ** 2
const KIB = 1024

/** A log in which the byte at each offset can be told from its neighbours. */
class CountedLog {
  writtenOffset = 3 * FILE_BYTES + 100
  firstOffset = 0
  failure: Error | null = null
  readonly reads: { readonly offset: number; readonly bytes: number }[] = []

  nextFileOffset(offset: number): number {
    return offset - (offset % FILE_BYTES) + FILE_BYTES
  }

  readInto(bytes: Buffer, offset: number): Promise<boolean> {
    this.reads.push({ offset, bytes: bytes.length })
    if (this.failure !== null) return Promise.reject(this.failure)
    if (offset < this.firstOffset) return Promise.resolve(false)
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = byteAt(offset + index)
    return Promise.resolve(true)
  }
}

const byteAt = (offset: number): number => (offset * 31 + (offset >>> 8)) & 0xff

function expectBytes(chunk: LogChunk | null, from: number, until: number): void {
  for (const offset of [from, (from + until) >>> 1, until - 1]) {
    expect(chunk!.bytes[offset - chunk!.startOffset]).toBe(byteAt(offset))
  }
}

test('who asks for a place by itself gets just that', async () => {
  const log = new CountedLog()
  const chunk = await new ReadAhead(log, new ReadBufferPool()).chunkWith(5_000, 6_000)
  expectBytes(chunk, 5_000, 6_000)
  expect(log.reads).toEqual([{ offset: 5_000, bytes: 1_000 }])
})

test('who goes on where a read ended gets more, and then reads nothing for a while', async () => {
  const log = new CountedLog()
  const readAhead = new ReadAhead(log, new ReadBufferPool())
  for (let offset = 0; offset < 200 * KIB; offset += 8 * KIB) {
    const chunk = await readAhead.chunkWith(offset, offset + 8 * KIB)
    expectBytes(chunk, offset, offset + 8 * KIB)
    chunk!.release()
  }
  expect(log.reads).toEqual([
    { offset: 0, bytes: 8 * KIB },
    { offset: 8 * KIB, bytes: 256 * KIB },
  ])
})

test('two who ask at the same time share one read', async () => {
  const log = new CountedLog()
  const readAhead = new ReadAhead(log, new ReadBufferPool())
  const [first, second] = await Promise.all([readAhead.chunkWith(0, 1_000), readAhead.chunkWith(100, 900)])
  expect(second).toBe(first)
  expect(log.reads).toHaveLength(1)
})

test('nothing is read ahead beyond the end of the log or of the file', async () => {
  const log = new CountedLog()
  const readAhead = new ReadAhead(log, new ReadBufferPool())
  await readAhead.chunkWith(3 * FILE_BYTES, 3 * FILE_BYTES + 10)
  await readAhead.chunkWith(3 * FILE_BYTES + 10, 3 * FILE_BYTES + 20)
  await readAhead.chunkWith(FILE_BYTES - 200, FILE_BYTES - 100)
  await readAhead.chunkWith(FILE_BYTES - 100, FILE_BYTES - 50)
  expect(log.reads).toEqual([
    { offset: 3 * FILE_BYTES, bytes: 10 },
    { offset: 3 * FILE_BYTES + 10, bytes: 90 },
    { offset: FILE_BYTES - 200, bytes: 100 },
    { offset: FILE_BYTES - 100, bytes: 100 },
  ])
})

test('what failed and what is gone is not kept', async () => {
  const log = new CountedLog()
  const readAhead = new ReadAhead(log, new ReadBufferPool())
  log.failure = new Error('EIO')
  await expect(readAhead.chunkWith(0, 10)).rejects.toThrow('EIO')
  log.failure = null
  log.firstOffset = FILE_BYTES
  expect(await readAhead.chunkWith(0, 10)).toBeNull()
  log.firstOffset = 0
  expectBytes(await readAhead.chunkWith(0, 10), 0, 10)
})

test('whoever holds what for how long, a chunk has the bytes of its place', async () => {
  const reads = fc.array(
    fc.record({
      at: fc.nat({ max: 3 * FILE_BYTES }),
      bytes: fc.integer({ min: 1, max: 300 * KIB }),
      goesOn: fc.boolean(),
      isKept: fc.boolean(),
    }),
    { maxLength: 120 },
  )
  await fc.assert(
    fc.asyncProperty(reads, async all => {
      const log = new CountedLog()
      const readAhead = new ReadAhead(log, new ReadBufferPool())
      const held: { chunk: LogChunk; from: number; until: number }[] = []
      let end = 0
      for (const { at, bytes, goesOn, isKept } of all) {
        const from = goesOn && end < 3 * FILE_BYTES ? end : at
        const until = Math.min(from + bytes, log.nextFileOffset(from), log.writtenOffset)
        const chunk = (await readAhead.chunkWith(from, until))!
        expectBytes(chunk, from, until)
        if (isKept) held.push({ chunk, from, until })
        else chunk.release()
        end = until
      }
      for (const { chunk, from, until } of held) expectBytes(chunk, from, until)
    }),
    { numRuns: 60 },
  )
})
