import { ResponseCode } from '@rocketmq-ts/protocol'
import { LiteRoom, messagesIn } from '../support/lite-room'

let room: LiteRoom
beforeEach(async () => {
  room = new LiteRoom()
  await room.start()
})
afterEach(() => room.stop())

test('a client gets the messages of the lite topics that it subscribes to, and no others', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  await room.send('a', 'a0', 'a1')
  await room.send('c', 'c0')
  await room.send('b', 'b0')
  const messages = await room.pop()
  expect(messages.map(({ body, liteTopic, offset, attempts }) => [body, liteTopic, offset, attempts])).toEqual([
    ['a0', 'a', 0, 0],
    ['a1', 'a', 1, 0],
    ['b0', 'b', 0, 0],
  ])
})

test('what was there before the subscription comes too', async () => {
  await room.send('a', 'a0', 'a1')
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  expect(await room.bodies()).toEqual(['a0', 'a1'])
})

test('a pop that finds nothing waits, and is answered when a message comes', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  const request = await room.popping({ pollMs: 20_000 })
  expect(request.answerCount).toBe(0)
  await room.send('a', 'a0')
  expect(messagesIn(request.answer())).toMatchObject([{ body: 'a0' }])
})

test('a pop that waits in vain is told so when its time is up', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  const request = await room.popping({ pollMs: 5_000 })
  await room.advance(5_000)
  expect(request.answer()).toMatchObject({ code: ResponseCode.POLLING_TIMEOUT, remark: 'NO_MESSAGE_IN_QUEUE' })
})

test('nothing of a lite topic comes before what was popped is acknowledged, then the rest does', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0', 'a1', 'a2')
  const messages = await room.pop({ messageCountMax: 2 })
  expect(await room.bodies()).toEqual([])
  for (const message of messages) expect(await room.ack(message)).toMatchObject({ code: ResponseCode.SUCCESS })
  expect(await room.bodies()).toEqual(['a2'])
  expect(room.offsets.query('G', '%LMQ%$P$a', 0)).toBe(2)
})

test('an acknowledgement wakes who waits for the rest', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0', 'a1')
  const [message] = await room.pop({ messageCountMax: 1 })
  const request = await room.popping({ pollMs: 20_000 })
  await room.ack(message!)
  expect(messagesIn(request.answer())).toMatchObject([{ body: 'a1' }])
})

test('what is not acknowledged in time comes again, and counts', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  await room.pop({ invisibleMs: 10_000 })
  const request = await room.popping({ pollMs: 20_000 })
  await room.advance(11_000)
  expect(messagesIn(request.answer())).toMatchObject([{ body: 'a0', attempts: 1 }])
})

test('each message has its own count when some come again and others for the first time', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  await room.pop({ invisibleMs: 10_000 })
  await room.send('a', 'a1')
  const request = await room.popping({ pollMs: 20_000 })
  await room.advance(11_000)
  expect(messagesIn(request.answer())).toMatchObject([
    { body: 'a0', attempts: 1 },
    { body: 'a1', attempts: 0 },
  ])
})

test('a message may be wanted again sooner, or later', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  const [message] = await room.pop({ invisibleMs: 60_000 })
  const answer = await room.change(message!, 2_000)
  expect(answer).toMatchObject({ code: ResponseCode.SUCCESS, extFields: { reviveQid: '999', invisibleTime: '2000' } })
  const request = await room.popping({ pollMs: 20_000 })
  await room.advance(3_000)
  expect(messagesIn(request.answer())).toMatchObject([{ body: 'a0', attempts: 1 }])
})

test('a message that its consumer gives back unused counts no attempt', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  await room.pop({ invisibleMs: 1_000 })
  const second = await room.popping({ pollMs: 20_000, invisibleMs: 60_000 })
  await room.advance(2_000)
  const [message] = messagesIn(second.answer())
  expect(message).toMatchObject({ attempts: 1 })
  await room.change(message!, 1_000, true)
  const third = await room.popping({ pollMs: 20_000 })
  await room.advance(2_000)
  expect(messagesIn(third.answer())).toMatchObject([{ body: 'a0', attempts: 1 }])
})

test('two groups each get what is sent, and of each only one client', async () => {
  room.bind('G2')
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], clientId: 'c2' })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], clientId: 'd1', group: 'G2' })
  await room.send('a', 'a0')
  const ofGroup = [...(await room.bodies()), ...(await room.bodies({ clientId: 'c2' }))]
  expect(ofGroup).toEqual(['a0'])
  expect(await room.bodies({ clientId: 'd1', group: 'G2' })).toEqual(['a0'])
})

test('what a client does not come for goes to another one', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], clientId: 'c2' })
  const request = await room.popping({ clientId: 'c2', pollMs: 60_000 })
  if (request.answerCount === 0) await room.advance(25_000)
  expect(messagesIn(request.answer())).toMatchObject([{ body: 'a0' }])
})

test('a client with more lite topics than may wait for it gets all of them by and by', async () => {
  await room.stop()
  room = new LiteRoom({ maxClientEventCount: '10' })
  await room.start()
  const liteTopics = Array.from({ length: 25 }, (_, index) => `l${index}`)
  await room.subscribe('PARTIAL_ADD', { liteTopics })
  for (const liteTopic of liteTopics) await room.send(liteTopic, liteTopic)
  const got: string[] = []
  for (let round = 0; round < 8; round += 1) {
    for (const message of await room.pop()) {
      got.push(message.body)
      await room.ack(message)
    }
    await room.advance(5_000)
  }
  expect(got.sort()).toEqual(liteTopics.sort())
})

test('without events a pop looks through all that its client subscribes to', async () => {
  await room.stop()
  room = new LiteRoom({ enableLiteEventMode: 'false' })
  await room.start()
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b', 'c'] })
  await room.send('c', 'c0')
  await room.send('a', 'a0')
  expect(await room.bodies()).toEqual(['a0', 'c0'])
})

describe('a receipt', () => {
  test.each([
    { what: 'of a group that is bound to no such parent', given: { consumerGroup: 'Other' }, code: 29 },
    { what: 'of a message that does not exist', given: { offset: '7' }, code: 208 },
    { what: 'of another queue', given: { queueId: '1' }, code: 29 },
    { what: 'that was popped in another way', given: { extraInfo: '0 1 60000 3 0 broker-a 0 0' }, code: 29 },
  ])('$what is refused', async ({ given, code }) => {
    await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
    await room.send('a', 'a0')
    const [message] = await room.pop()
    expect(await room.ack(message!, given)).toMatchObject({ code })
    expect(room.offsets.query('G', '%LMQ%$P$a', 0)).toBe(0)
  })

  test('that was used already is taken again, and changes nothing', async () => {
    await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
    await room.send('a', 'a0')
    const [message] = await room.pop()
    for (let time = 0; time < 2; time += 1) expect(await room.ack(message!)).toMatchObject({ code: 0 })
    expect(await room.change(message!, 5_000)).toMatchObject({ code: 0, extFields: { popTime: '0' } })
  })
})

describe('a pop is refused', () => {
  test('for a topic that is no parent of lite topics', async () => {
    const topic = room.topics.find('P')!
    room.topics.put({ ...topic, attributes: new Map() })
    expect((await room.popping()).answer()).toMatchObject({ code: 29, remark: 'the topic [P] message type not match' })
  })

  test('for a group that is not bound to it', async () => {
    const answer = (await room.popping({ group: 'Other' })).answer()
    expect(answer).toMatchObject({ code: 29, remark: 'subscription bind topic not match, Other' })
  })

  test('for more messages than it may take', async () => {
    const answer = (await room.popping({ messageCountMax: 33 })).answer()
    expect(answer).toMatchObject({ code: 29, extFields: { popTime: '0', reviveQid: '0' } })
  })
})
