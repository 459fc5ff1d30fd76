import {
  InvalidFieldError,
  MissingFieldError,
  readQueryConsumerOffsetHeader,
  readSearchOffsetHeader,
  readResetOffsetHeader,
  ResponseCode,
  toExtFields,
} from '../../src'

const good = { consumerGroup: 'G', topic: 'T', queueId: '3' }

test('fields come typed, with null for those that may be absent and are', () => {
  expect(readQueryConsumerOffsetHeader({ extFields: { ...good, more: 'x' } })).toEqual({
    consumerGroup: 'G',
    topic: 'T',
    queueId: 3,
    setZeroIfNotFound: null,
  })
  expect(readResetOffsetHeader({ extFields: { group: 'G', topic: 'T' } })).toMatchObject({
    queueId: -1,
    offset: null,
    isForce: false,
  })
})

test('a field that is missing is named, with the code that Java answers', () => {
  const read = (): unknown => readQueryConsumerOffsetHeader({ extFields: { topic: 'T', queueId: '3' } })
  expect(read).toThrow(MissingFieldError)
  expect(read).toThrow('the custom field <consumerGroup> is null')
  expect(new MissingFieldError('a').responseCode).toBe(ResponseCode.SYSTEM_ERROR)
})

test.each(['', 'x', '1.5', '1e3', '0x10', ' 1', '1 ', '2147483648', '99999999999999999999', '--1'])(
  '%j is no int32',
  queueId => {
    expect(() => readQueryConsumerOffsetHeader({ extFields: { ...good, queueId } })).toThrow(InvalidFieldError)
  },
)

test.each([
  ['-2147483648', -2147483648],
  ['+7', 7],
  ['007', 7],
])('%j is an int32, as it is for Java', (queueId, value) => {
  expect(readQueryConsumerOffsetHeader({ extFields: { ...good, queueId } }).queueId).toBe(value)
})

test('what a field says in an error is cut short', () => {
  const read = (): unknown => readQueryConsumerOffsetHeader({ extFields: { ...good, queueId: 'x'.repeat(10_000) } })
  expect(read).toThrow(/^.{1,200}$/)
})

test.each([
  ['upper', 'UPPER'],
  ['UPPER', 'UPPER'],
  ['lower', 'LOWER'],
  ['?', 'LOWER'],
  [undefined, 'LOWER'],
])('boundary %j is %s', (boundaryType, expected) => {
  const extFields = toExtFields({ topic: 'T', queueId: 0, timestamp: 5, boundaryType })
  expect(readSearchOffsetHeader({ extFields }).boundaryType).toBe(expected)
})

test('values go out as texts, nulls not at all', () => {
  expect(toExtFields({ a: 1, b: true, c: null, d: undefined, e: '' })).toEqual({ a: '1', b: 'true', e: '' })
})
