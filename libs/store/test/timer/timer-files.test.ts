import * as fc from 'fast-check'
import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { decodeRecallHandle, encodeRecallHandle, javaStringHashCode } from '@rocketmq-ts/protocol'
import { readTimerCheckpoint, timerCheckpointBytes } from '../../src'
import { TimerCheckpoint } from '../../src/timer/timer-checkpoint'
import { TimerLog } from '../../src/timer/timer-log'
import type { PlacedTimerUnit } from '../../src/timer/timer-log'
import { TIMER_UNIT_BYTES, readTimerUnit, writeTimerUnit } from '../../src/timer/timer-unit'
import { TimerWheel } from '../../src/timer/timer-wheel'
import { bytesOf } from '../java-store/java-files'
import golden from './java-timer.json'

const javaUnits: readonly PlacedTimerUnit[] = golden.units.map(({ topic, ...unit }) => {
  return { ...unit, topicHash: javaStringHashCode(topic) }
})

function diskWith(...folders: readonly string[]) {
  const disk = new FaultyDisk().process()
  for (const folder of folders) disk.makeFolder(folder)
  return disk
}

function torn(bytes: Buffer, cut: number): Buffer {
  return Buffer.concat([bytes.subarray(0, cut)], bytes.length)
}

describe('the timer log', () => {
  const options = { folder: '/store/timerlog', fileBytes: 300 }

  test('is written in the bytes of Java, file for file', () => {
    const disk = diskWith('/store')
    const log = new TimerLog(options, disk)
    log.load(0)
    for (const { position, ...unit } of javaUnits) {
      if (log.unitsThatFit === 0) log.roll()
      expect(log.end).toBe(position)
      log.append([unit])
    }
    for (const { name, bytes } of golden.logFiles) expect(bytesOf(disk, `timerlog/${name}`).toString('hex')).toBe(bytes)
  })

  test('is read from the files of Java, past what closes a file', async () => {
    const disk = diskWith('/store/timerlog')
    for (const { name, bytes } of golden.logFiles) {
      disk.open(`/store/timerlog/${name}`, { create: true }).write(Buffer.from(bytes, 'hex'), 0)
    }
    const log = new TimerLog(options, disk)
    log.load(0)
    const units = []
    for await (const unit of log.unitsFrom(0)) units.push(unit)
    expect(units).toEqual(javaUnits)
    expect(await log.read(javaUnits[7]!.position)).toEqual({ ...javaUnits[7], position: undefined })
  })

  test('reads a unit as it was written, and none of other bytes', () => {
    const unit = fc.record({
      prevPosition: fc.integer({ min: -1, max: 1000 }),
      magic: fc.integer({ min: 0, max: 15 }),
      writeTimeMs: fc.integer({ min: 1, max: 2 ** 45 }),
      delayMs: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      physicalOffset: fc.maxSafeNat(),
      recordBytes: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      topicHash: fc.integer(),
    })
    fc.assert(
      fc.property(unit, fc.nat(TIMER_UNIT_BYTES - 1), ({ delayMs, ...fields }, cut) => {
        const written = { ...fields, slotTimeMs: fields.writeTimeMs + delayMs }
        const bytes = Buffer.alloc(TIMER_UNIT_BYTES)
        writeTimerUnit(bytes, written, 0)
        expect(readTimerUnit(bytes, 0, 1001)).toEqual(written)
        expect(readTimerUnit(bytes, 0, written.prevPosition)).toBeNull()
        // One that is torn further on names its message whole; the rest is in the message, too.
        if (cut <= 36) expect(readTimerUnit(torn(bytes, cut), 0, 1001)).toBeNull()
      }),
    )
  })
})

describe('the wheel', () => {
  const options = { path: '/store/timerwheel', precisionMs: 1000 }

  test('is written in the bytes of Java', () => {
    const disk = diskWith('/store')
    const wheel = new TimerWheel(options, disk)
    expect(wheel.open()).toBe(true)
    for (const slot of golden.wheel.puts) wheel.put(slot)
    wheel.write()
    const bytes = bytesOf(disk, 'timerwheel')
    expect(bytes).toHaveLength(golden.wheel.fileBytes)
    const expected = Buffer.alloc(bytes.length)
    for (const slot of golden.wheel.bytes) expected.write(slot.bytes, slot.at, 'hex')
    expect(bytes.equals(expected)).toBe(true)
  })

  test('is read from the file of Java: a slot taken by another time is an empty one', () => {
    const disk = diskWith('/store')
    const file = disk.open(options.path, { create: true })
    file.truncate(golden.wheel.fileBytes)
    for (const { at, bytes } of golden.wheel.bytes) file.write(Buffer.from(bytes, 'hex'), at)
    const wheel = new TimerWheel(options, disk)
    expect(wheel.open()).toBe(false)
    for (const { timeMs, found, firstPosition, lastPosition, count } of golden.wheel.slots) {
      expect(wheel.find(timeMs)).toEqual(found < 0 ? null : { timeMs: found, firstPosition, lastPosition, count })
    }
    expect([...wheel.slots()]).toHaveLength(golden.wheel.bytes.length)
  })

  test('keeps few pages in memory, and no change is lost by that', () => {
    const disk = diskWith('/store')
    const wheel = new TimerWheel(options, disk)
    wheel.open()
    const times = Array.from({ length: 4000 }, (_, index) => 1_700_000_000_000 + index * 128_000)
    times.forEach((timeMs, index) => wheel.add(timeMs, index * 52, 1))
    wheel.write()
    times.forEach((timeMs, index) => expect(wheel.find(timeMs)?.lastPosition).toBe(index * 52))
  })
})

test('the checkpoint is that of Java', async () => {
  const disk = diskWith('/store')
  const checkpoint = new TimerCheckpoint('/store/timercheck', disk)
  expect(checkpoint.load()).toBeNull()
  const content = readTimerCheckpoint(Buffer.from(golden.checkpoint.encoded, 'hex'))
  expect(content).toEqual({
    ...{ readTimeMs: 1_700_000_000_000, logPosition: 2 ** 34, queueOffset: 77, masterQueueOffset: 88 },
    version: { stateVersion: 3, timestamp: 1_700_000_000_005, counter: 9 },
  })
  await checkpoint.save(content, 'sync')
  const bytes = bytesOf(disk, 'timercheck')
  expect(bytes).toHaveLength(golden.checkpoint.fileBytes)
  expect(bytes.subarray(0, 64).toString('hex')).toBe(golden.checkpoint.head)
  expect(timerCheckpointBytes(content).toString('hex')).toBe(golden.checkpoint.encoded)
})

test.each(golden.recallHandles)('the handle of $topic is that of Java', ({ handle, ...fields }) => {
  expect(encodeRecallHandle(fields)).toBe(handle)
  expect(decodeRecallHandle(handle)).toEqual(fields)
  expect(decodeRecallHandle(handle.slice(4))).toBeNull()
})
