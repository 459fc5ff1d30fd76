import * as fc from 'fast-check'
import { encodeIndexHeader, isPlausible, readIndexHeader } from '../../src/index-file/index-header'

// After 63 entries in 45 slots, as Java's broker left it.
const LIVE = '000001a2043e28d7' + '000001a2043f130f' + '0000000000000000' + '000000000000329a' + '0000002d' + '00000040'
const LAYOUT = { slotCount: 5_000_000, entryCountMax: 20_000_000 }

test('a header of Java is read and written to the byte', () => {
  const header = readIndexHeader(Buffer.from(LIVE, 'hex'))
  expect(header).toEqual({
    beginTimestamp: 0x1a2_043e_28d7,
    endTimestamp: 0x1a2_043f_130f,
    beginPhysicalOffset: 0,
    endPhysicalOffset: 0x329a,
    usedSlotCount: 45,
    nextEntry: 64,
  })
  expect(encodeIndexHeader(header).toString('hex')).toBe(LIVE)
  expect(isPlausible(header, LAYOUT)).toBe(true)
})

test('what is written is read', () => {
  const offset = fc.nat(Number.MAX_SAFE_INTEGER)
  const count = fc.nat(0x7fff_ffff)
  const header = fc.record({
    beginTimestamp: offset,
    endTimestamp: offset,
    beginPhysicalOffset: offset,
    endPhysicalOffset: offset,
    usedSlotCount: count,
    nextEntry: count.map(value => Math.max(1, value)),
  })
  fc.assert(fc.property(header, value => expect(readIndexHeader(encodeIndexHeader(value))).toEqual(value)))
})

test('a header of zeros is that of a file without an entry', () => {
  const header = readIndexHeader(Buffer.alloc(40))
  expect(header.nextEntry).toBe(1)
  expect(isPlausible(header, LAYOUT)).toBe(true)
})

test.each([
  { nextEntry: 20_000_001 },
  { usedSlotCount: 64 },
  { usedSlotCount: -1 },
  { endTimestamp: 1 },
  { beginPhysicalOffset: 0x329b },
  { beginPhysicalOffset: -1 },
])('a header cannot say %j', values => {
  expect(isPlausible({ ...readIndexHeader(Buffer.from(LIVE, 'hex')), ...values }, LAYOUT)).toBe(false)
})
