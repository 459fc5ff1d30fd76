import { FakeClock } from '@rocketmq-ts/base/testing'
import { UniqueIds } from '../../src/messaging/unique-ids'

test('ids are as long as those of gRPC clients, and all are different', () => {
  const clock = new FakeClock()
  const makers = [new UniqueIds(clock), new UniqueIds(clock)]
  const ids = makers.flatMap(maker => Array.from({ length: 1000 }, () => maker.next()))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter(id => !/^01[0-9A-F]{32}$/.test(id))).toEqual([])
})
