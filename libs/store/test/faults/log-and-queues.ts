import * as path from 'node:path'
import type { Disk } from '@rocketmq-ts/base'
import { StoredMessageMagic, readStoredMessage } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import {
  ENTRY_BYTES,
  isBlankEntry,
  isEntry,
  readMessageBytes,
  readPhysicalOffset,
} from '../../src/consume-queue/consume-queue-entry'
import { ROOT } from '../store-fixture'

/**
 * Reads the files of a store that has stopped, without a store: every entry of a queue points to its record, and every
 * record has its entry, except in topics that were deleted at some time.
 */
export function expectAgreement(disk: Disk, deletedTopics: ReadonlySet<string>): void {
  const records = new Map(recordsOf(disk).map(record => [record.physicalOffset, record]))
  const wrong: string[] = []
  const entered = new Set<number>()
  for (const { topic, queueId, queueOffset, physicalOffset, messageBytes } of entriesOf(disk)) {
    const record = records.get(physicalOffset)
    entered.add(physicalOffset)
    const isRight =
      record?.topic === topic &&
      record.queueId === queueId &&
      record.queueOffset === queueOffset &&
      record.recordBytes === messageBytes
    if (!isRight) wrong.push(`${topic}/${queueId} ${queueOffset} points to ${physicalOffset}`)
  }
  for (const { topic, queueId, queueOffset, physicalOffset } of records.values()) {
    if (!entered.has(physicalOffset) && !deletedTopics.has(topic))
      wrong.push(`${topic}/${queueId} ${queueOffset} at ${physicalOffset} has no entry`)
  }
  expect(wrong).toEqual([])
}

/** The records of the CommitLog, from its first file to its end. */
function recordsOf(disk: Disk): readonly StoredMessage[] {
  const folder = path.join(ROOT, 'commitlog')
  const records: StoredMessage[] = []
  for (const name of disk.list(folder)) {
    const bytes = bytesOf(disk, path.join(folder, name))
    for (let at = 0; at < bytes.length && bytes.readInt32BE(at) !== 0;) {
      if (bytes.readInt32BE(at + 4) === StoredMessageMagic.BLANK) break
      const record = readStoredMessage(bytes, at)
      expect(record.physicalOffset).toBe(Number(name) + at)
      records.push(record)
      at += record.recordBytes
    }
  }
  return records
}

interface Entry {
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly messageBytes: number
}

function entriesOf(disk: Disk): readonly Entry[] {
  const root = path.join(ROOT, 'consumequeue')
  return disk.list(root).flatMap(topic =>
    disk.list(path.join(root, topic)).flatMap(queue => {
      const folder = path.join(root, topic, queue)
      return disk.list(folder).flatMap(name => {
        const bytes = bytesOf(disk, path.join(folder, name))
        const firstOffset = Number(name) / ENTRY_BYTES
        return entriesIn(bytes, firstOffset).map(entry => ({ topic, queueId: Number(queue), ...entry }))
      })
    }),
  )
}

function entriesIn(bytes: Buffer, firstOffset: number): readonly Omit<Entry, 'topic' | 'queueId'>[] {
  const entries: Omit<Entry, 'topic' | 'queueId'>[] = []
  for (let at = 0; at < bytes.length && isEntry(bytes, at); at += ENTRY_BYTES) {
    if (isBlankEntry(bytes, at)) continue
    entries.push({
      queueOffset: firstOffset + at / ENTRY_BYTES,
      physicalOffset: readPhysicalOffset(bytes, at),
      messageBytes: readMessageBytes(bytes, at),
    })
  }
  return entries
}

function bytesOf(disk: Disk, file: string): Buffer {
  const bytes = Buffer.alloc(disk.sizeBytes(file) ?? 0)
  disk.openForReading(file).readNow(bytes, 0, bytes.length, 0)
  return bytes
}
