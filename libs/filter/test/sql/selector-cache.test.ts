import { SelectorCache, SelectorError } from '@rocketmq-ts/filter'

test('what comes again is not compiled again, and neither is what was refused', () => {
  const cache = new SelectorCache({ selectorCountMax: 2 })
  const refusalOf = (text: string): unknown => {
    try {
      return cache.compiled(text)
    } catch (error) {
      return error
    }
  }
  expect(cache.compiled('a = 1')).toBe(cache.compiled('a = 1'))
  expect(refusalOf('a =')).toBeInstanceOf(SelectorError)
  expect(refusalOf('a =')).toBe(refusalOf('a ='))
})

test('what was asked for longest ago makes room', () => {
  const cache = new SelectorCache({ selectorCountMax: 2 })
  const [first, second] = [cache.compiled('a = 1'), cache.compiled('a = 2')]
  cache.compiled('a = 1')
  cache.compiled('a = 3')
  expect(cache.compiled('a = 1')).toBe(first)
  expect(cache.compiled('a = 2')).not.toBe(second)
})
