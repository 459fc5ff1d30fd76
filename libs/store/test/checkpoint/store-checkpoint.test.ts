import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { StoreCheckpoint } from '../../src/checkpoint/store-checkpoint'

/** As Java 5.5.0 left it after a clean stop. */
const JAVA_HEX =
  '000001a2043efd1d' +
  '000001a2043efd1d' +
  '0000000000000000' +
  '0000000000000000' +
  '0000000000000000' +
  '0000000000002fe2'

test('a checkpoint of Java is read, and written back to the byte', async () => {
  const disk = new FaultyDisk().process()
  disk.open('/checkpoint', { create: true }).write(Buffer.from(JAVA_HEX, 'hex'), 0)
  const checkpoint = new StoreCheckpoint('/checkpoint', disk)
  checkpoint.load()
  expect(checkpoint).toMatchObject({
    physicMsgTimestamp: 0x1a2043efd1d,
    logicsMsgTimestamp: 0x1a2043efd1d,
    indexMsgTimestamp: 0,
    logicsPhysicalOffset: 0x2fe2,
  })
  await checkpoint.save()
  const bytes = Buffer.alloc(4096)
  expect(disk.open('/checkpoint').readNow(bytes, 0, 4096, 0)).toBe(4096)
  expect(bytes.subarray(0, 48).toString('hex')).toBe(JAVA_HEX)
  expect(bytes.subarray(48).every(byte => byte === 0)).toBe(true)
})

test('a new checkpoint says nothing, and survives a loss of power once it is saved', async () => {
  const disk = new FaultyDisk()
  const checkpoint = new StoreCheckpoint('/checkpoint', disk.process())
  checkpoint.load()
  expect(checkpoint).toMatchObject({ physicMsgTimestamp: 0, logicsPhysicalOffset: 0 })
  checkpoint.logicsPhysicalOffset = 2 ** 40
  checkpoint.confirmPhyOffset = 7
  await checkpoint.save()
  disk.losePower()
  const read = new StoreCheckpoint('/checkpoint', disk.process())
  read.load()
  expect(read).toMatchObject({ logicsPhysicalOffset: 2 ** 40, confirmPhyOffset: 7 })
})

test('what cannot be an offset counts as unknown', () => {
  const disk = new FaultyDisk().process()
  disk.open('/checkpoint', { create: true }).write(Buffer.alloc(48, 0xff), 0)
  const checkpoint = new StoreCheckpoint('/checkpoint', disk)
  checkpoint.load()
  expect(checkpoint).toMatchObject({ physicMsgTimestamp: 0, logicsPhysicalOffset: 0 })
})
