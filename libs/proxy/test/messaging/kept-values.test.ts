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

function start<T>(ask: (key: string) => Promise<T>) {
  const clock = new FakeClock()
  const asked: string[] = []
  const note = (key: string): Promise<T> => {
    asked.push(key)
    return ask(key)
  }
  return { kept: new KeptValues({ ageMsMax: 1000, countMax: 2 }, note, { clock }), asked, clock }
}
