import type { Half } from '../support/transaction-room'
import { GIVEN_UP, HALF, OP, propertiesOf, TransactionRoom } from '../support/transaction-room'

let room: TransactionRoom
beforeEach(async () => {
  room = new TransactionRoom()
  await room.start()
})
afterEach(() => room.stop())

describe('a producer ends its transaction', () => {
  test('what is committed is seen, as it was sent', async () => {
    const half = await room.half('paid', { flag: 7, properties: { TAGS: 'TagA', color: 'red' } })
    expect(await room.bodies()).toEqual([])
    expect(await room.commit(half)).toBeNull()
    const [message] = await room.messages('GA')
    expect(message).toMatchObject({ flag: 7, sysFlag: 8, preparedTransactionOffset: half.physicalOffset })
    expect(propertiesOf(message!)).toEqual({
      ...{ UNIQ_KEY: 'KEY1', TRAN_MSG: 'true', PGROUP: 'PG', __transactionId__: 'KEY1', TAGS: 'TagA', color: 'red' },
    })
  })

  test('what is rolled back is not seen', async () => {
    const half = await room.half('never')
    expect(await room.rollBack(half)).toBeNull()
    await room.checkRound()
    await room.checkRound()
    expect(await room.bodies()).toEqual([])
    expect(room.asked).toEqual([])
  })

  test('a second commit is answered as the first, and delivers nothing', async () => {
    const half = await room.half('once')
    await Promise.all([room.commit(half), room.commit(half)])
    expect(await room.commit(half)).toBeNull()
    expect(await room.bodies()).toEqual(['once'])
  })

  test('the first word counts', async () => {
    const [one, two] = [await room.half('one'), await room.half('two')]
    await room.commit(one)
    await room.rollBack(two)
    expect(await room.rollBack(one)).toMatchObject({ message: 'the transaction was committed before' })
    expect(await room.commit(two)).toMatchObject({ message: 'the transaction was rolled back before' })
    expect(await room.bodies()).toEqual(['one'])
  })

  test('a commit that comes when the checks have gone past the transaction is refused', async () => {
    const half = await room.half('once')
    await room.commit(half)
    await room.checkRound()
    expect(await room.commit(half)).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    expect(await room.bodies()).toEqual(['once'])
  })

  test('a commit that the store refuses leaves the transaction open', async () => {
    const half = await room.half('later')
    jest.spyOn(room.store, 'put').mockImplementationOnce((_message, listener) => {
      listener.onPut({ ...nothing, status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
    })
    const outcome = room.transactions.end({
      ...{ topic: 'GA', producerGroup: 'PG', msgId: '', transactionId: '', fromTransactionCheck: false },
      ...{ tranStateTableOffset: half.queueOffset, commitLogOffset: half.physicalOffset, commitOrRollback: 8 },
    })
    expect(await outcome).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
    expect(await room.bodies()).toEqual([])
    expect(await room.commit(half)).toBeNull()
    expect(await room.bodies()).toEqual(['later'])
  })

  test.each([
    ['no half message', { commitLogOffset: 5 }, 'Find prepared transaction message failed'],
    ['another group', { producerGroup: 'Other' }, 'The producer group wrong'],
    ['another place in the queue', { tranStateTableOffset: 9 }, 'The transaction state table offset wrong'],
  ])('%s is refused in Java’s words', async (_case, header, message) => {
    const half = await room.half('mine')
    expect(await room.commit(half, header)).toMatchObject({ message, code: 'RMQ_WRONG_TRANSACTION' })
    expect(await room.bodies()).toEqual([])
  })

  test('a message of another topic is no half message, though it says so', async () => {
    const put = await room.put(
      { topic: 'GB', body: Buffer.from('x') },
      { UNIQ_KEY: 'U', PGROUP: 'PG', REAL_TOPIC: 'GA', REAL_QID: '0' },
    )
    expect(await room.commit(put)).toMatchObject({ message: 'Find prepared transaction message failed' })
  })
})

describe('what has ended is noted on the op topic', () => {
  test('many in one message, after the interval', async () => {
    for (const body of ['a', 'b', 'c']) await room.commit(await room.half(body))
    expect(await room.messages(OP)).toEqual([])
    await room.advance(3000)
    const [message, ...more] = await room.messages(OP)
    expect(more).toEqual([])
    expect(message?.body.toString()).toBe('0,1,2,')
    expect(message?.properties.toString()).toBe('WAIT\x01true\x02TAGS\x01d\x02')
    expect(message?.bornHost).toEqual(message?.storeHost)
  })

  test('at once when they are too many for one message, which may go over its size by one', async () => {
    room.config.transactionOpMsgMaxSize = 5
    for (const body of ['a', 'b', 'c']) await room.rollBack(await room.half(body))
    await room.settle()
    expect((await room.messages(OP)).map(({ body }) => body.toString())).toEqual(['0,1,2,'])
  })

  test('what the store refuses is noted later, in order', async () => {
    await room.rollBack(await room.half('a'))
    const put = jest.spyOn(room.store, 'put').mockImplementationOnce((_message, listener) => {
      listener.onPut({ ...nothing, status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
    })
    await room.advance(3000)
    put.mockRestore()
    await room.rollBack(await room.half('b'))
    await room.advance(3000)
    expect((await room.messages(OP)).map(({ body }) => body.toString())).toEqual(['0,1,'])
  })

  test('both queues have an offset in the end, as of any consumer', async () => {
    await room.commit(await room.half('a'))
    await room.advance(3000)
    await room.half('b')
    await room.checkRound()
    for (let second = 0; second < 5; second += 1) await room.advance(1000)
    expect(room.offsets.offsetsOf('CID_RMQ_SYS_TRANS', HALF)).toEqual(new Map([[0, 2]]))
    expect(room.offsets.offsetsOf('CID_RMQ_SYS_TRANS', OP)).toEqual(new Map([[0, 1]]))
  })
})

describe('a check', () => {
  test('puts the message again and asks its producer, who names the new one', async () => {
    await room.half('open', { flag: 7, properties: { color: 'red' } })
    await room.checkRound()
    expect(room.asked).toEqual(['open'])
    const question = room.lastQuestion()
    const [, copy] = await room.messages(HALF)
    expect(question).toMatchObject({ queueOffset: 1, physicalOffset: copy?.physicalOffset, group: 'PG' })
    expect(question.extFields).toMatchObject({ topic: HALF, msgId: 'KEY1', transactionId: 'KEY1', bname: 'broker-a' })
    expect(question.message).toMatchObject({ topic: 'GA', queueId: 0, queueOffset: 1, flag: 7 })
    expect(propertiesOf(question.message)).toMatchObject({ color: 'red', TRANSACTION_CHECK_TIMES: '1' })
    expect(copy).toMatchObject({ flag: 7 })
    expect(await room.commit(question, { fromTransactionCheck: true })).toBeNull()
    await room.checkRound()
    expect(await room.bodies()).toEqual(['open'])
    expect(room.asked).toEqual(['open'])
  })

  test('leaves a fresh message in peace', async () => {
    await room.advance(24_000)
    await room.half('fresh')
    await room.advance(6_000)
    expect(room.asked).toEqual([])
    await room.checkRound()
    expect(room.asked).toEqual(['fresh'])
  })

  test('comes again in every round, with a number', async () => {
    await room.half('open')
    for (let round = 0; round < 3; round += 1) await room.checkRound()
    expect(room.questions.map(({ message }) => propertiesOf(message)['TRANSACTION_CHECK_TIMES'])).toEqual([
      '1',
      '2',
      '3',
    ])
  })

  test('counts when nobody of the group is there to be asked', async () => {
    room.onlineGroups.clear()
    const half = await room.half('alone')
    await room.checkRound()
    expect(room.asked).toEqual([])
    expect(propertiesOf((await room.messages(HALF))[1]!)['TRANSACTION_CHECK_TIMES']).toBe('1')
    expect(await room.commit(half)).toBeNull()
    expect(await room.bodies()).toEqual(['alone'])
  })

  test('of a producer that is slow: its commit names the first message, and counts once', async () => {
    const half = await room.half('slow')
    await room.checkRound()
    await room.checkRound()
    const [question] = room.questions
    expect(await room.commit(half)).toBeNull()
    expect(await room.commit(question!, { fromTransactionCheck: true })).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    expect(await room.commit(room.lastQuestion(), { fromTransactionCheck: true })).toBeNull()
    await room.checkRound()
    expect(await room.bodies()).toEqual(['slow'])
    expect(room.questions).toHaveLength(2)
  })

  test('that is put just when the commit comes does not lose it', async () => {
    const half = await room.half('raced')
    room.clock.advance(room.config.transactionCheckInterval)
    await room.commit(half)
    for (const question of room.questions) await room.commit(question, { fromTransactionCheck: true })
    expect(await room.bodies()).toEqual(['raced'])
  })

  test('does not ask again for what was moved on while others are open', async () => {
    for (let index = 0; index < 100; index += 1) {
      const half = await room.half(`body-${index}`)
      if (index % 3 === 0) await room.commit(half)
    }
    await room.checkRound()
    expect(room.questions).toHaveLength(66)
    for (const question of room.questions.splice(0)) await room.rollBack(question, { fromTransactionCheck: true })
    await room.checkRound()
    expect(room.questions).toEqual([])
    expect(await room.bodies()).toHaveLength(34)
  })
})

describe('CHECK_IMMUNITY_TIME_IN_SECONDS', () => {
  const immune = { properties: { CHECK_IMMUNITY_TIME_IN_SECONDS: '100' } }

  test('keeps a producer from being asked; others behind it are', async () => {
    await room.half('immune', immune)
    await room.half('open')
    for (let round = 0; round < 3; round += 1) await room.checkRound()
    expect(new Set(room.asked)).toEqual(new Set(['open']))
    await room.checkRound()
    expect(room.asked.filter(body => body === 'immune')).toHaveLength(1)
  })

  test('a commit names the first message, which was put back meanwhile', async () => {
    const half = await room.half('immune', immune)
    await room.checkRound()
    await room.checkRound()
    expect(propertiesOf((await room.messages(HALF)).at(-1)!)['TRAN_PREPARED_QUEUE_OFFSET']).toBe('0')
    expect(await room.commit(half)).toBeNull()
    for (let round = 0; round < 4; round += 1) await room.checkRound()
    expect(await room.bodies()).toEqual(['immune'])
    expect(room.asked).toEqual([])
  })

  test('afterwards the producer must wait for the question', async () => {
    const half = await room.half('late', immune)
    await room.advance(101_000)
    expect(await room.commit(half)).toMatchObject({ code: 'RMQ_IMMUNITY_OVER', responseCode: 604 })
    await room.checkRound()
    expect(await room.commit(room.lastQuestion(), { fromTransactionCheck: true })).toBeNull()
    expect(await room.bodies()).toEqual(['late'])
  })

  test('is never less than transactionTimeOut for the producer', async () => {
    const half = await room.half('soon', { properties: { CHECK_IMMUNITY_TIME_IN_SECONDS: '1' } })
    await room.advance(4_000)
    expect(await room.commit(half)).toBeNull()
  })

  test('goes by our clock, whatever the producer’s says', async () => {
    const half = await room.half('from yesterday', { ...immune, bornTimestamp: room.clock.nowMs() - 86_400_000 })
    await room.advance(4_000)
    expect(await room.commit(half)).toBeNull()
  })
})

describe('what Java’s checks stumble over', () => {
  test('a stray message is put aside, and those behind it are checked', async () => {
    await room.put({ topic: HALF, body: Buffer.from('stray') }, { UNIQ_KEY: 'U' })
    await room.put({ topic: OP, body: Buffer.from('rubbish,99,,x') }, { TAGS: 'd' })
    await room.put({ topic: OP, body: Buffer.from('0,') }, { TAGS: 'other' })
    await room.half('open')
    await room.checkRound()
    expect(room.asked).toEqual(['open'])
    expect(await room.bodies(GIVEN_UP)).toEqual(['stray'])
    await room.stopAndStart()
    await room.checkRound()
    expect(room.asked).toEqual(['open', 'open'])
  })

  test.each([
    ['four days behind', -4 * 86_400_000],
    ['four days ahead', 4 * 86_400_000],
  ])('a producer whose clock is %s is asked', async (_case, skewMs) => {
    await room.half('skewed', { bornTimestamp: room.clock.nowMs() + skewMs })
    await room.checkRound()
    expect(room.asked).toEqual(['skewed'])
  })

  test('a message that has no room for the number of its checks is given up, and does not stop the others', async () => {
    const filling = 'x'.repeat(32_767 - 120)
    const half = await room.half('full', { properties: { filling } })
    expect(half).toMatchObject({ status: 'PUT_OK' })
    await room.half('open')
    await room.checkRound()
    expect(room.asked).toContain('open')
    expect(await room.bodies(GIVEN_UP)).toEqual(['full'])
  })
})

describe('giving up', () => {
  async function giveUp(body: string): Promise<void> {
    room.config.transactionCheckMax = 2
    await room.half(body)
    for (let round = 0; round < 3; round += 1) await room.checkRound()
    expect(room.asked).toEqual([body, body])
    expect(await room.bodies(GIVEN_UP)).toEqual([body])
  }
  const idOf = ({ physicalOffset }: Pick<Half, 'physicalOffset'>): string =>
    `7F0000010000A3B7${physicalOffset.toString(16).toUpperCase().padStart(16, '0')}`
  const idOfGivenUp = async (): Promise<string> => idOf((await room.messages(GIVEN_UP))[0]!)

  test('after too many checks the message goes to a topic for operators, and is asked for no more', async () => {
    await giveUp('hopeless')
    await room.checkRound()
    expect(room.asked).toHaveLength(2)
    expect(room.metrics.content().transactionCount.get('GA')?.count).toBe(0)
    expect(propertiesOf((await room.messages(GIVEN_UP))[0]!)).toMatchObject({ REAL_TOPIC: 'GA', REAL_QID: '0' })
  })

  test('no limit is so low that a producer is not asked at all', async () => {
    room.config.transactionCheckMax = 0
    await room.half('hopeless')
    await room.checkRound()
    await room.checkRound()
    expect(room.asked).toEqual(['hopeless'])
    expect(await room.bodies(GIVEN_UP)).toEqual(['hopeless'])
  })

  test('an operator has it checked again, from the first check on', async () => {
    await giveUp('hopeless')
    await room.transactions.resume(await idOfGivenUp())
    await room.transactions.resume(await idOfGivenUp())
    await room.checkRound()
    expect(room.asked).toHaveLength(3)
    expect(propertiesOf(room.lastQuestion().message)['TRANSACTION_CHECK_TIMES']).toBe('1')
    await room.commit(room.lastQuestion(), { fromTransactionCheck: true })
    expect(await room.bodies()).toEqual(['hopeless'])
    await room.settle()
    await expect(room.transactions.resume(await idOfGivenUp())).rejects.toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
  })

  test('it stays resumed over a restart', async () => {
    await giveUp('hopeless')
    await room.transactions.resume(await idOfGivenUp())
    await room.killAndStart()
    await room.checkRound()
    expect(room.asked).toHaveLength(3)
    expect(await room.bodies(GIVEN_UP)).toEqual(['hopeless'])
  })

  test('a producer that makes up its mind at last is heard, once', async () => {
    await giveUp('hopeless')
    const [question] = room.questions
    expect(await room.commit(question!, { fromTransactionCheck: true })).toBeNull()
    expect(await room.commit(question!, { fromTransactionCheck: true })).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    expect(await room.bodies()).toEqual(['hopeless'])
    await room.settle()
    await expect(room.transactions.resume(await idOfGivenUp())).rejects.toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    await room.killAndStart()
    expect(await room.commit(question!, { fromTransactionCheck: true })).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    for (let round = 0; round < 3; round += 1) await room.checkRound()
    expect(await room.bodies()).toEqual(['hopeless'])
    expect(room.asked).toHaveLength(2)
  })

  test('killed after it was given up it is asked for no more; resumed from each of its copies it is committed once', async () => {
    await giveUp('hopeless')
    await room.killAndStart()
    for (let round = 0; round < 3; round += 1) await room.checkRound()
    expect(room.asked).toHaveLength(2)
    const copies = await room.messages(GIVEN_UP) // a crash may have it put there once more
    expect(new Set(copies.map(({ body }) => body.toString()))).toEqual(new Set(['hopeless']))
    for (const copy of copies) await room.transactions.resume(idOf(copy))
    await room.checkRound()
    expect(room.asked).toHaveLength(3)
    expect(await room.commit(room.lastQuestion(), { fromTransactionCheck: true })).toBeNull()
    await room.settle()
    for (const copy of copies) {
      await expect(room.transactions.resume(idOf(copy))).rejects.toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    }
    expect(await room.bodies()).toEqual(['hopeless'])
  })

  test('what was not given up is not resumed', async () => {
    await expect(room.transactions.resume(idOf(await room.half('open')))).rejects.toMatchObject({
      code: 'RMQ_WRONG_TRANSACTION',
    })
    await expect(room.transactions.resume('7F0000010000A3B70000000000000001')).rejects.toMatchObject({
      code: 'RMQ_MESSAGE_NOT_FOUND',
    })
    await expect(room.transactions.resume('x')).rejects.toMatchObject({ code: 'RMQ_INVALID_MESSAGE_ID' })
  })
})

describe('a process that ends in the middle', () => {
  test.each(['stopAndStart', 'killAndStart'] as const)(
    '%s: the open are asked for, the ended are not',
    async restart => {
      const [committed, rolledBack] = [await room.half('committed'), await room.half('rolled back')]
      await room.half('open')
      await room.commit(committed)
      await room.rollBack(rolledBack)
      await room.advance(3000)
      await room[restart]()
      await room.checkRound()
      expect(room.asked).toEqual(['open'])
      await room.commit(room.lastQuestion(), { fromTransactionCheck: true })
      expect(await room.commit(committed)).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
      expect(await room.bodies()).toEqual(['committed', 'open'])
    },
  )

  test('killed between a commit and its note it does not commit again', async () => {
    const half = await room.half('once')
    await room.commit(half)
    expect(await room.messages(OP)).toEqual([])
    await room.killAndStart()
    expect(await room.commit(half)).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    await room.checkRound()
    expect(room.asked).toEqual([])
    expect(await room.bodies()).toEqual(['once'])
    expect((await room.messages(OP)).map(({ body }) => body.toString())).toEqual(['0,'])
  })

  test('killed between a rollback and its note it asks once more', async () => {
    await room.rollBack(await room.half('never'))
    await room.killAndStart()
    await room.checkRound()
    expect(room.asked).toEqual(['never'])
    await room.rollBack(room.lastQuestion(), { fromTransactionCheck: true })
    expect(await room.bodies()).toEqual([])
  })

  test('killed after a check it asks for the copy only, and a slow producer’s commit still finds it', async () => {
    const half = await room.half('slow')
    await room.checkRound()
    await room.killAndStart()
    expect(room.store.maxOffset(HALF, 0)).toBe(2)
    await room.checkRound()
    expect(room.asked).toEqual(['slow', 'slow'])
    expect(await room.commit(half)).toBeNull()
    expect(await room.commit(room.lastQuestion(), { fromTransactionCheck: true })).toBeNull()
    await room.killAndStart()
    await room.checkRound()
    expect(await room.bodies()).toEqual(['slow'])
    expect(room.asked).toHaveLength(2)
  })

  test('killed after a check was put but not asked it asks for the copy', async () => {
    room.onlineGroups.clear()
    const half = await room.half('unasked')
    await room.checkRound()
    expect(room.asked).toEqual([])
    room.onlineGroups.add('PG')
    await room.killAndStart()
    await room.checkRound()
    expect(room.asked).toEqual(['unasked'])
    expect(await room.commit(half)).toBeNull()
    expect(await room.commit(room.lastQuestion(), { fromTransactionCheck: true })).toBeNull()
    expect(await room.bodies()).toEqual(['unasked'])
  })

  test('killed after its note was written it asks for nothing, and takes no second end', async () => {
    const [one, two] = [await room.half('one'), await room.half('two')]
    await room.commit(one)
    await room.rollBack(two)
    await room.advance(3000)
    await room.killAndStart()
    for (const half of [one, two]) expect(await room.commit(half)).toMatchObject({ code: 'RMQ_TRANSACTION_OVER' })
    await room.checkRound()
    expect(room.asked).toEqual([])
    expect(await room.bodies()).toEqual(['one'])
  })

  test('an end that comes before it is known what is open waits, and counts once', async () => {
    const half = await room.half('early')
    room.disk.kill()
    await room.settle()
    const started = room.start()
    const [first, second] = [room.commit(half), room.commit(half)]
    await started
    expect([await first, await second]).toEqual([null, null])
    expect(await room.bodies()).toEqual(['early'])
  })
})

describe('counts of open transactions', () => {
  test('are kept', async () => {
    await room.half('a')
    await room.commit(await room.half('b'))
    await room.stopAndStart()
    expect(room.openCount()).toBe(1)
  })

  test('are right after a crash, whatever was written of them', async () => {
    await room.half('a')
    const b = await room.half('b')
    await room.advance(room.config.transactionMetricFlushInterval)
    await room.commit(b)
    await room.rollBack(await room.half('c'))
    await room.half('d', { topic: 'GB' })
    await room.advance(3000)
    await room.killAndStart()
    expect([room.openCount('GA'), room.openCount('GB')]).toEqual([1, 1])
    await room.checkRound()
    for (const question of room.questions) await room.commit(question, { fromTransactionCheck: true })
    expect([room.openCount('GA'), room.openCount('GB')]).toEqual([0, 0])
  })

  test('count a message once that comes before it is known what is open', async () => {
    await room.half('before')
    room.disk.kill()
    await room.settle()
    await room.start(async () => {
      await room.half('early')
    })
    expect(room.openCount()).toBe(2)
  })
})

const nothing = {
  ...{ status: 'PUT_OK', reason: null, physicalOffset: 0, queueOffset: 0, storeTimestamp: 0 },
  ...{ messageCount: 0, storedBytes: 0, physicalOffsets: [] },
} as const
