import { SharedRuns } from '../src'

/** Runs that end when the test says so. */
function setUp() {
  const ends: ((error?: Error) => void)[] = []
  const runs = new SharedRuns(
    () => new Promise((resolve, reject) => ends.push(error => (error === undefined ? resolve() : reject(error)))),
  )
  return { runs, ends }
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('who asks while the job runs shares the next run, and it begins when the first has ended', async () => {
  const { runs, ends } = setUp()
  const first = runs.run()
  await settle()
  const others = [runs.run(), runs.run()]
  await settle()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await first
  await settle()
  expect(ends).toHaveLength(2)
  ends[1]?.()
  await Promise.all(others)
  await settle()
  expect(ends).toHaveLength(2)
})

test('a run that fails is told to its own, and the next begins all the same', async () => {
  const { runs, ends } = setUp()
  const first = runs.run()
  await settle()
  const second = runs.run()
  ends[0]?.(new Error('no'))
  await expect(first).rejects.toThrow('no')
  await settle()
  ends[1]?.()
  await second
})

test('idle is when all have ended, however', async () => {
  const { runs, ends } = setUp()
  await runs.idle()
  const failing = runs.run()
  let isIdle = false
  const idle = runs.idle().then(() => (isIdle = true))
  await settle()
  expect(isIdle).toBe(false)
  ends[0]?.(new Error('no'))
  await expect(failing).rejects.toThrow('no')
  await idle
})
