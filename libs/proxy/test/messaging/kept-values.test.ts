import { FakeClock } from '@rocketmq-ts/base/testing'
import { KeptValues } from '../../src/messaging/kept-values'

test('a question is asked once while its answer is young', async () => {
  const { kept, asked, clock } = start(key => Promise.resolve(key.length))
  expect([await kept.get('abc'), await kept.get('abc')]).toEqual([3, 3])
  clock.advance(999)
  await kept.get('abc')
  expect(asked).toEqual(['abc'])
  clock.advance(1)
  await kept.get('abc')
  expect(asked).toEqual(['abc', 'abc'])
})

test('questions at the same time are one question', async () => {
  const { kept, asked } = start(key => Promise.resolve(key))
  await Promise.all([kept.get('a'), kept.get('a'), kept.get('b')])
  expect(asked).toEqual(['a', 'b'])
})

test('a question that failed is asked anew', async () => {
  let attempts = 0
  const { kept } = start(() => (++attempts === 1 ? Promise.reject(new Error('no route')) : Promise.resolve('route')))
  await expect(kept.get('a')).rejects.toThrow('no route')
  expect(await kept.get('a')).toBe('route')
})

test('above the limit the oldest answer is dropped', async () => {
  const { kept, asked } = start(key => Promise.resolve(key))
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await kept.get(key)
  expect(asked).toEqual(['a', 'b', 'c', 'a'])
})

test('an old answer serves while it is asked for anew, then the new one does', async () => {
  let version = 0
  const { kept, clock } = start(() => Promise.resolve(++version), { freshMsMax: 100 })
  await kept.get('a')
  clock.advance(100)
  expect(await kept.get('a')).toBe(1)
  await settled()
  expect([await kept.get('a'), version]).toEqual([2, 2])
})

test('an old answer goes on to serve when nobody can be asked', async () => {
  let attempts = 0
  const ask = (): Promise<string> => (++attempts === 1 ? Promise.resolve('route') : Promise.reject(new Error('down')))
  const { kept, clock } = start(ask, { freshMsMax: 100 })
  await kept.get('a')
  for (let step = 0; step < 20; step += 1) {
    clock.advance(100)
    expect(await kept.get('a')).toBe('route')
    await settled()
  }
  expect(attempts).toBe(21)
})

test('an answer in doubt is asked for anew', async () => {
  const { kept, asked } = start(key => Promise.resolve(key), { freshMsMax: 100 })
  await kept.get('a')
  kept.doubt('a')
  await kept.get('a')
  expect(asked).toEqual(['a', 'a'])
})

test('an answer that is not worth keeping is given to who waits for it, and to nobody else', async () => {
  const { kept, asked } = start<string | null>(() => Promise.resolve(null), { isWorthKeeping: value => value !== null })
  expect(await Promise.all([kept.get('a'), kept.get('a')])).toEqual([null, null])
  await kept.get('a')
  expect(asked).toEqual(['a', 'a'])
})

/** What has been asked has been answered, and the answer taken. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

interface Choices<T> {
  readonly freshMsMax?: number
  readonly isWorthKeeping?: (value: T) => boolean
}

function start<T>(ask: (key: string) => Promise<T>, { freshMsMax = 1000, isWorthKeeping }: Choices<T> = {}) {
  const clock = new FakeClock()
  const asked: string[] = []
  const note = (key: string): Promise<T> => {
    asked.push(key)
    return ask(key)
  }
  const deps = { clock, ...(isWorthKeeping === undefined ? {} : { isWorthKeeping }) }
  return { kept: new KeptValues({ freshMsMax, ageMsMax: 1000, countMax: 2 }, note, deps), asked, clock }
}
