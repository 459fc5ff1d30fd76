import * as fc from 'fast-check'
import { DeadlineQueue } from '../../src/long-polling/deadline-queue'

interface Item {
  readonly deadlineMs: number
  heapIndex: number
}

test('the first is always one that is due no later than the others, whatever leaves in between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean(), fc.nat())), steps => {
      const queue = new DeadlineQueue<Item>()
      const items: Item[] = []
      for (const [deadlineMs, isAdded, pick] of steps) {
        if (isAdded || items.length === 0) {
          const item = { deadlineMs, heapIndex: -1 }
          items.push(item)
          queue.add(item)
        } else {
          const [left] = items.splice(pick % items.length, 1)
          queue.remove(left!)
          expect(left!.heapIndex).toBe(-1)
        }
        expect(queue.size).toBe(items.length)
        expect(queue.first()?.deadlineMs).toBe(items.map(item => item.deadlineMs).sort((a, b) => a - b)[0])
      }
    }),
  )
})

test('removing what is not in it changes nothing', () => {
  const queue = new DeadlineQueue<Item>()
  const item = { deadlineMs: 1, heapIndex: -1 }
  queue.add(item)
  queue.remove({ deadlineMs: 1, heapIndex: -1 })
  expect(queue.first()).toBe(item)
})
