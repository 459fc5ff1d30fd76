import { FakeClock } from '@rocketmq-ts/base/testing'

test('what is due fires in order of its time, each at its own time', () => {
  const clock = new FakeClock(0)
  const fired: string[] = []
  clock.after(30, () => fired.push(`once at ${clock.nowMs()}`))
  clock.every(20, () => fired.push(`again at ${clock.nowMs()}`))
  clock.advance(45)
  expect(fired).toEqual(['again at 20', 'once at 30', 'again at 40'])
  expect(clock.nowMs()).toBe(45)
})

test('a cancelled timer does not fire', () => {
  const clock = new FakeClock(0)
  const task = jest.fn()
  clock.after(10, task).cancel()
  clock.advance(100)
  expect(task).not.toHaveBeenCalled()
})
