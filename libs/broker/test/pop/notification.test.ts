import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { Popping, poppedIn, settled } from '../support/popping'

const running: Popping[] = []
afterEach(async () => {
  for (const popping of running.splice(0)) {
    await popping.stop()
    expect(popping.store.unreleasedCount).toBe(0)
  }
})

async function started(given: ConstructorParameters<typeof Popping>[0] = {}): Promise<Popping> {
  const popping = await new Popping(given).start()
  running.push(popping)
  return popping
}

const REMARK = 'not set any response code'
const told = (hasMsg: boolean, pollingFull = false) => ({
  ...{ code: 0, remark: REMARK },
  extFields: { hasMsg: String(hasMsg), pollingFull: String(pollingFull) },
})

describe('who asks to be notified', () => {
  const wait = { pollTime: '20000' }

  test('is told at once of what is there, and takes nothing', async () => {
    const popping = await started()
    popping.put('a', { queueId: 1 })
    const asked = ['-1', '1', '0'].map(queueId => popping.askToBeNotified({ queueId }))
    await settled()
    expect(asked.map(request => request.answer())).toMatchObject([told(true), told(true), told(false)])
    expect(popping.offsets.query('GG', 'GPOP', 1)).toBe(-1)
    expect(await popping.pop()).toHaveLength(1)
  })

  test('waits for the next message, or for the end of its time', async () => {
    const popping = await started()
    const [first, other] = [popping.askToBeNotified(wait), popping.askToBeNotified({ ...wait, queueId: '1' })]
    await settled()
    expect([first.answerCount, other.answerCount]).toEqual([0, 0])
    popping.put('a')
    await settled()
    expect(first.answer()).toMatchObject(told(true))
    popping.clock.advance(19_949)
    expect(other.answerCount).toBe(0)
    popping.clock.advance(1)
    await settled()
    expect(other.answer()).toMatchObject(told(false))
  })

  test('is not told of what it does not want', async () => {
    const popping = await started()
    popping.put('b', { properties: { TAGS: 'TagB' } })
    const asked = popping.askToBeNotified({ ...wait, exp: 'TagA', expType: 'TAG' })
    popping.put('b', { properties: { TAGS: 'TagB' } })
    await settled()
    expect(asked.answerCount).toBe(0)
    popping.put('a', { properties: { TAGS: 'TagA' } })
    await settled()
    expect(asked.answer()).toMatchObject(told(true))
    const unfiltered = await started({ useMessageFilterForNotification: 'false' })
    unfiltered.put('b', { properties: { TAGS: 'TagB' } })
    const asksAll = unfiltered.askToBeNotified({ exp: 'TagA', expType: 'TAG' })
    await settled()
    expect(asksAll.answer()).toMatchObject(told(true))
  })

  test('is told of messages that come again', async () => {
    const popping = await started()
    popping.put('a')
    await popping.pop({ invisibleTime: '3000' })
    const asked = popping.askToBeNotified(wait)
    await popping.advance(6_000)
    expect(asked.answer()).toMatchObject(told(true))
  })

  test('and pops in order, when its queue is free', async () => {
    const popping = await started()
    for (const body of ['a', 'b']) popping.put(body)
    const ordered = { order: 'true', queueId: '0', maxMsgNums: '1' }
    const [first] = await popping.pop(ordered)
    if (first === undefined) throw new Error('nothing was popped')
    const asked = popping.askToBeNotified({ ...wait, ...ordered })
    await settled()
    expect(asked.answerCount).toBe(0)
    await popping.ack(first)
    expect(asked.answer()).toMatchObject(told(true))
  })

  test('is told when too many wait already', async () => {
    const popping = await started({ maxPopPollingSize: '1' })
    const [first, full] = [popping.askToBeNotified(wait), popping.askToBeNotified(wait)]
    await settled()
    expect([first.answerCount, full.answer()]).toMatchObject([0, told(false, true)])
    await popping.stop()
    await settled()
    expect(first.answer()).toMatchObject(told(false))
  })
})

test.each([
  ['notification', { hasMsg: 'false', pollingFull: 'false' }, { pollTime: '0', bornTime: '0' }],
  ['pollingInfo', { pollingNum: '0' }, {}],
  ['peek', { popTime: '0', invisibleTime: '0', reviveQid: '0', restNum: '0' }, {}],
] as const)('%s is refused as Java refuses it', async (kind, extFields, given) => {
  const popping = await started()
  const refusal = async (fields: Readonly<Record<string, string>>) => {
    const request = popping.askToLook(kind, { ...given, ...fields })
    await settled()
    return request.answer()
  }
  const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'
  expect(await refusal({ topic: 'GZ' })).toMatchObject({
    ...{ code: 17, remark: `topic[GZ] not exist, apply first please! ${FAQ}`, extFields },
  })
  expect(await refusal({ queueId: '2' })).toMatchObject({ code: 29, extFields })
  popping.groups.put({ ...defaultSubscriptionGroupConfig('GG'), consumeEnable: false })
  expect(await refusal({})).toMatchObject({ code: 16, remark: 'subscription group no permission, GG', extFields })
})

test('POLLING_INFO counts who waits for a queue, and who for all', async () => {
  const popping = await started()
  for (const queueId of ['-1', '-1', '0']) popping.ask({ queueId, pollTime: '20000' })
  const counts = ['-1', '0', '1'].map(queueId => popping.askToLook('pollingInfo', { queueId }).answer().extFields)
  expect(counts).toEqual([{ pollingNum: '2' }, { pollingNum: '1' }, { pollingNum: '0' }])
})

describe('a peek', () => {
  test('shows what would be popped next, again and again', async () => {
    const popping = await started()
    for (const body of ['a', 'b', 'c']) popping.put(body)
    await popping.pop({ maxMsgNums: '1', invisibleTime: '3000' })
    for (let time = 0; time < 2; time += 1) {
      const request = popping.askToLook('peek', { maxMsgNums: '1' })
      await settled()
      const answer = request.answer()
      const extFields = { popTime: '0', invisibleTime: '0', reviveQid: '0', restNum: '2' }
      expect(answer).toMatchObject({ code: 0, remark: 'FOUND', extFields })
      expect(poppedIn(answer).map(({ body }) => body)).toEqual(['b'])
    }
    expect((await popping.pop()).map(({ body }) => body)).toEqual(['b', 'c'])
    const nothing = popping.askToLook('peek')
    await settled()
    expect(nothing.answer()).toMatchObject({ code: 19, remark: 'NO_MESSAGE_IN_QUEUE', extFields: { restNum: '0' } })
    await popping.advance(6_000)
    const again = popping.askToLook('peek')
    await settled()
    expect(poppedIn(again.answer()).map(({ message }) => message.topic)).toEqual(['%RETRY%GG_GPOP'])
  })

  test('shows the first message that there is, if the offset is none of the queue', async () => {
    const popping = await started()
    popping.put('a')
    popping.offsets.commit({ group: 'GG', topic: 'GPOP', queueId: 0, offset: 7 })
    const request = popping.askToLook('peek')
    await settled()
    expect(request.answer().code).toBe(19)
    expect(popping.offsets.query('GG', 'GPOP', 0)).toBe(7)
  })
})
