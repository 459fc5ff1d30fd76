import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { keepingRooms } from './support/keeping-rooms'
import type { KeepingRoom } from './support/keeping-rooms'

type CreateRoom = (typeof keepingRooms)[string]

/** A process that works with what the one before left. */
async function started(createRoom: CreateRoom, disk: FaultyDisk): Promise<KeepingRoom> {
  const room = createRoom(disk.process())
  await room.component.start()
  return room
}

/** A disk on which one process kept 3 and the next one, which lives, is about to keep 5. */
async function aboutToKeep(createRoom: CreateRoom): Promise<{ disk: FaultyDisk; room: KeepingRoom; before: unknown }> {
  const disk = new FaultyDisk()
  const first = await started(createRoom, disk)
  first.put(3)
  await first.component.stop()
  const room = await started(createRoom, disk)
  return { disk, room, before: structuredClone(room.content()) }
}

/** How many operations on the disk it takes, and what is kept then. */
async function keeping(createRoom: CreateRoom): Promise<{ operationCount: number; after: unknown }> {
  const { disk, room } = await aboutToKeep(createRoom)
  let operationCount = 0
  disk.fault = () => {
    operationCount += 1
    return null
  }
  room.put(5)
  await room.component.stop()
  disk.fault = () => null
  disk.losePower()
  const next = await started(createRoom, disk)
  return { operationCount, after: structuredClone(next.content()) }
}

describe.each(Object.entries(keepingRooms))('%s', (_, createRoom) => {
  test.each(['SIGKILL', 'loss of power'])(
    'after %s at any step of a save has what it had before, or all that is new, and is written again',
    async how => {
      const { operationCount, after } = await keeping(createRoom)
      expect(operationCount).toBeGreaterThan(4)
      const found: unknown[] = []
      for (let step = 1; step <= operationCount; step += 1) {
        for (const takenBytes of [0, 7]) {
          const { disk, room, before } = await aboutToKeep(createRoom)
          expect(before).not.toEqual(after)
          disk.killAtNth(step, takenBytes)
          room.put(5)
          await room.component.stop()
          disk.fault = () => null
          if (how === 'SIGKILL') disk.kill()
          else disk.losePower()
          const next = await started(createRoom, disk)
          expect([before, after]).toContainEqual(next.content())
          found.push(structuredClone(next.content()))
          next.put(5)
          await next.component.stop()
          expect((await started(createRoom, disk)).content()).not.toEqual(before)
        }
      }
      expect(found).toContainEqual((await aboutToKeep(createRoom)).before)
    },
  )
})
