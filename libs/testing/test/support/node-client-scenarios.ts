import { RequestCode } from '@rocketmq-ts/protocol'
import type { MessageView } from 'rocketmq-client-nodejs'
import { receiveAll } from './standalone-proxy'
import type { TestedProxy } from './standalone-proxy'

/** What the brokers behind the proxy are to be like. */
export const brokerConfig = {
  transactionCheckInterval: 500,
  transactionTimeOut: 500,
  recallMessageEnable: 'true',
  enableMixedMessageType: 'true',
}

/** Of TransactionResolution. */
const UNDECIDED = 0
const COMMIT = 1

/** What the official Node client does, with any proxy. */
export function testNodeClient(proxy: TestedProxy): void {
  test('what a producer sends is received with all that belongs to it', async () => {
    await proxy.createTopic('Whole', 'NORMAL')
    const consumer = await proxy.simpleConsumer('Whole')
    const producer = await proxy.producer({ topic: 'Whole' })
    const properties = new Map([['colour', 'blå']])
    const sent = await producer.send({
      topic: 'Whole',
      tag: 'T',
      keys: ['a', 'b'],
      properties,
      body: Buffer.from('hello'),
    })
    const [message] = await consumer.receive()
    expect(message).toMatchObject({
      topic: 'Whole',
      messageId: sent.messageId,
      tag: 'T',
      keys: ['a', 'b'],
      deliveryAttempt: 1,
    })
    expect(message!.body.toString()).toBe('hello')
    expect(message!.properties).toEqual(properties)
    expect(message!.corrupted).toBeUndefined()
  })

  test('what is acknowledged does not come again, what is not does', async () => {
    await proxy.createTopic('Again', 'NORMAL')
    const consumer = await proxy.simpleConsumer('Again')
    const producer = await proxy.producer()
    await producer.send({ topic: 'Again', body: Buffer.from('kept') })
    await producer.send({ topic: 'Again', body: Buffer.from('done') })
    const first: MessageView[] = []
    while (first.length < 2) first.push(...(await consumer.receive()))
    for (const message of first) {
      if (message.body.toString() === 'done') await consumer.ack(message)
      else await consumer.changeInvisibleDuration(message, 1000)
    }
    const [again, ...rest] = await receiveAll(consumer, 1)
    expect([again!.body.toString(), again!.deliveryAttempt, rest.length]).toEqual(['kept', 2, 0])
  })

  test('a push consumer gets messages, and those again that it failed with', async () => {
    await proxy.createTopic('Pushed', 'NORMAL')
    await proxy.simpleConsumer('Pushed', { consumerGroup: 'push-group' })
    const attempts = proxy.pushConsumer('Pushed', 'push-group', 3)
    const producer = await proxy.producer({ topic: 'Pushed' })
    await producer.send({ topic: 'Pushed', body: Buffer.from('good') })
    await producer.send({ topic: 'Pushed', body: Buffer.from('bad') })
    expect([...(await attempts)].sort()).toEqual(['bad 1', 'bad 2', 'good 1'])
  })

  test('messages of one group come in their order, the next when the one before is done', async () => {
    await proxy.createTopic('Ordered', 'FIFO')
    await proxy.createGroup('group-of-Ordered', { consumeMessageOrderly: true })
    const consumer = await proxy.simpleConsumer('Ordered')
    const producer = await proxy.producer({ topic: 'Ordered' })
    for (const body of ['1', '2', '3', '4', '5']) {
      await producer.send({ topic: 'Ordered', messageGroup: 'one', body: Buffer.from(body) })
    }
    const received = await receiveAll(consumer, 5)
    expect(received.map(({ body }) => body.toString())).toEqual(['1', '2', '3', '4', '5'])
    expect(new Set(received.map(({ messageGroup }) => messageGroup))).toEqual(new Set(['one']))
  })

  test('messages of a higher priority come before those of a lower one, whenever they were sent', async () => {
    await proxy.createTopic('Urgent', 'PRIORITY')
    const consumer = await proxy.simpleConsumer('Urgent')
    const producer = await proxy.producer({ topic: 'Urgent' })
    for (const priority of [1, 9, 2, 1]) await producer.send({ topic: 'Urgent', priority, body: Buffer.from('x') })
    const priorities: (number | undefined)[] = []
    while (priorities.length < 4) {
      for (const message of await consumer.receive(1)) {
        priorities.push(message.getPriority())
        await consumer.ack(message)
      }
    }
    expect(priorities).toEqual([9, 2, 1, 1])
  })

  test('a message for later comes then, and one that is recalled never', async () => {
    await proxy.createTopic('Later', 'DELAY')
    const consumer = await proxy.simpleConsumer('Later')
    const producer = await proxy.producer({ topic: 'Later' })
    const recalled = await producer.send({ topic: 'Later', body: Buffer.from('recalled'), delay: 8000 })
    await producer.recallMessage('Later', recalled.recallHandle)
    const deliveryTimestamp = new Date(Date.now() + 1000)
    await producer.send({ topic: 'Later', body: Buffer.from('in time'), deliveryTimestamp })
    await producer.send({ topic: 'Later', body: Buffer.from('last'), delay: 10_000 })
    const received = await receiveAll(consumer, 2)
    expect(received.map(({ body }) => body.toString())).toEqual(['in time', 'last'])
    expect(received[0]!.deliveryTimestamp).toEqual(deliveryTimestamp)
  })

  test('a transaction is seen when it is committed, and not when it is rolled back', async () => {
    await proxy.createTopic('Halves', 'TRANSACTION')
    const consumer = await proxy.simpleConsumer('Halves')
    const producer = await proxy.producer({ topic: 'Halves', checker: { check: () => Promise.resolve(UNDECIDED) } })
    for (const body of ['rolled back', 'committed']) {
      const transaction = producer.beginTransaction()
      await producer.send({ topic: 'Halves', body: Buffer.from(body) }, transaction)
      await (body === 'committed' ? transaction.commit() : transaction.rollback())
    }
    const received = await receiveAll(consumer, 1)
    expect(received.map(({ body }) => body.toString())).toEqual(['committed'])
  })

  test('the producer of a transaction that stays open is asked', async () => {
    await proxy.createTopic('Checked', 'TRANSACTION')
    const consumer = await proxy.simpleConsumer('Checked')
    const checked: string[] = []
    const check = (message: MessageView): Promise<number> => {
      checked.push(message.body.toString())
      return Promise.resolve(COMMIT)
    }
    const producer = await proxy.producer({ topic: 'Checked', checker: { check } })
    await producer.send({ topic: 'Checked', body: Buffer.from('open') }, producer.beginTransaction())
    const received = await receiveAll(consumer, 1)
    expect(received.map(({ body }) => body.toString())).toEqual(['open'])
    expect(new Set(checked)).toEqual(new Set(['open']))
  })

  test('a message that does not fit its topic is refused', async () => {
    await proxy.createTopic('Strict', 'FIFO')
    const producer = await proxy.producer()
    await expect(producer.send({ topic: 'Strict', body: Buffer.from('x') })).rejects.toThrow(/type/)
  })

  test('what remoting clients send is received, and the other way round', async () => {
    await proxy.createTopic('Mixed', 'MIXED')
    const consumer = await proxy.simpleConsumer('Mixed')
    const properties = { TAGS: 'T', KEYS: 'k1 k2', UNIQ_KEY: 'ID1', own: 'v' }
    await proxy.remoting.send(proxy.broker(), { topic: 'Mixed', queueId: 0, body: 'from remoting', properties })
    const [message] = await receiveAll(consumer, 1)
    expect(message).toMatchObject({ messageId: 'ID1', tag: 'T', keys: ['k1', 'k2'] })
    expect([...message!.properties]).toEqual([['own', 'v']])

    const producer = await proxy.producer()
    await producer.send({ topic: 'Mixed', messageGroup: 'g', body: Buffer.from('from gRPC') })
    const pulled = await Promise.all(
      [0, 1, 2, 3].map(queueId => proxy.remoting.pullAll(proxy.broker(), 'Mixed', queueId)),
    )
    expect(
      pulled
        .flat()
        .map(({ body }) => body.toString())
        .sort(),
    ).toEqual(['from gRPC', 'from remoting'])
  })

  test('admin tools see the clients behind the proxy', async () => {
    await proxy.createTopic('Seen', 'NORMAL')
    await proxy.simpleConsumer('Seen')
    const { body } = await proxy.remoting.ask(proxy.broker(), RequestCode.GET_CONSUMER_LIST_BY_GROUP, {
      consumerGroup: 'group-of-Seen',
    })
    const { consumerIdList } = JSON.parse(body!.toString()) as { consumerIdList: readonly string[] }
    expect(consumerIdList).toHaveLength(2)
  })
}
