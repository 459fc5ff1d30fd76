import { TaskLine } from '../../src/get-message/task-line'

test('no more tasks than allowed run at once, and they begin in the order of coming', async () => {
  const line = new TaskLine(2)
  const begun: number[] = []
  const endings: (() => void)[] = []
  for (let number = 0; number < 5; number += 1) {
    line.add(() => {
      begun.push(number)
      return new Promise(resolve => endings.push(resolve))
    })
  }
  expect(begun).toEqual([0, 1])
  for (let ended = 1; ended <= 5; ended += 1) {
    endings.shift()?.()
    await Promise.resolve()
    expect(begun).toHaveLength(Math.min(5, 2 + ended))
  }
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

test('a line that was empty works again', async () => {
  const line = new TaskLine(1)
  const done: string[] = []
  line.add(async () => void done.push(await Promise.resolve('first')))
  await new Promise(setImmediate)
  line.add(async () => void done.push(await Promise.resolve('second')))
  await new Promise(setImmediate)
  expect(done).toEqual(['first', 'second'])
})
