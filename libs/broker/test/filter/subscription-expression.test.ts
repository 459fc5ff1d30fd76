import { isTagType, parseSubscription, SubscriptionParseError } from '../../src/filter/subscription-expression'
import { TagFilters } from '../../src/filter/tag-filter'

const parse = (expression: string | null, expressionType: string | null = 'TAG') =>
  parseSubscription({ topic: 'GA', expression, expressionType, subVersion: 3 })

test('tags are told apart by ||, each with its hash', () => {
  expect(parse(' TagA || TagB||TagA|| ')).toEqual({
    ...{
      topic: 'GA',
      subVersion: 3,
      expressionType: 'TAG',
      classFilterMode: false,
      subString: ' TagA || TagB||TagA|| ',
    },
    ...{ tagsSet: ['TagA', 'TagB'], codeSet: [2598919, 2598920] },
  })
})

test.each([null, '', '*'])('%p means every tag', expression => {
  expect(parse(expression)).toMatchObject({ subString: '*', tagsSet: [], codeSet: [] })
  expect(new TagFilters().of(parse(expression))).toBeNull()
})

test('only separators are refused; only blanks take nothing', () => {
  expect(() => parse('||')).toThrow(SubscriptionParseError)
  expect(() => parse('||||')).toThrow(SubscriptionParseError)
  expect(new TagFilters().of(parse('   '))?.matchesTagsCode(0)).toBe(false)
})

test('an expression of another type is kept as it is, but must be there', () => {
  expect(parse('a > 5', 'SQL92')).toMatchObject({
    subString: 'a > 5',
    expressionType: 'SQL92',
    tagsSet: [],
    codeSet: [],
  })
  expect(() => parse('', 'SQL92')).toThrow(SubscriptionParseError)
  expect([null, '', 'TAG', 'SQL92'].map(isTagType)).toEqual([true, true, true, false])
})

test('a filter takes what has one of the hashes, and is made once for a subscription', () => {
  const filters = new TagFilters()
  const subscription = parse('TagA')
  expect(filters.of(subscription)).toBe(filters.of(subscription))
  expect(filters.of(subscription)?.matchesTagsCode(2598919)).toBe(true)
  expect(filters.of(subscription)?.matchesTagsCode(0)).toBe(false)
  expect(filters.of({ ...subscription, classFilterMode: true })).toBeNull()
})
