import { comparable } from '../src/grpc-answers/comparable'

const handle = (popTime: number, reviveQueueId: number): string =>
  `7 ${popTime} 30000 ${reviveQueueId} 0 broker-a 0 7 1234`

test('answers that say the same at other times of another proxy are equal', () => {
  const answer = (proxy: string, at: number) => [
    { status: { code: 20000, message: 'OK' }, deliveryTimestamp: { seconds: at } },
    { message: { topic: { name: `Topic1-proxy${proxy}` }, systemProperties: { receiptHandle: handle(at, at % 8) } } },
  ]
  expect(comparable(answer('A', 1))).toBe(comparable(answer('B', 2)))
})

test('what is not written is as good as what it is then taken for', () => {
  expect(comparable({ a: 0, b: '', c: [], d: null, e: false, f: 1 })).toBe(comparable({ f: 1 }))
})

test('a refusal is its code, a success its words too', () => {
  expect(comparable({ status: { code: 40001, message: 'no' } })).toBe(comparable({ status: { code: 40001 } }))
  expect(comparable({ status: { code: 20000, message: 'OK' } })).not.toBe(comparable({ status: { code: 20000 } }))
})

test('another code, body, queue or hidden time is another answer', () => {
  const answers = [
    { status: { code: 40001 } },
    { status: { code: 40002 } },
    { body: Buffer.from('a') },
    { body: Buffer.from('b') },
    { receiptHandle: handle(1, 0) },
    { receiptHandle: handle(1, 0).replace('30000', '60000') },
    { receiptHandle: handle(1, 0).replace('7 1234', '8 1234') },
    { receiptHandle: handle(1, 0).replace(' 1234', '') },
  ]
  expect(new Set(answers.map(comparable)).size).toBe(answers.length)
})
