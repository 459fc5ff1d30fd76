import { TimerRoom, propertiesOf } from '../support/timer-room'

/** Little of the CommitLog is in memory, so that what is due has to be read. */
async function openRoom(given: Partial<TimerRoom['config']> = {}): Promise<TimerRoom> {
  const room = new TimerRoom()
  Object.assign(room.config, { hotTailBytes: 64 * 1024, ...given })
  await room.start()
  return room
}

/** `count` messages for the slot from 10 s to 11 s, in many places of the log; then the slot has been read ahead. */
async function sendAndReadAhead(room: TimerRoom, count: number): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, index) => `message ${index} ${'x'.repeat(4000)}`)
  for (const body of bodies) {
    void room.send(body, 10_500)
    void room.send(`other ${'y'.repeat(4000)}`, 60_000, { topic: 'GB' })
  }
  await room.advance(10_000)
  return bodies
}

const noReads: TimerRoom['disk']['fault'] = ({ kind, path }) =>
  kind === 'read' && /commitlog|timerlog/.test(path) ? { code: 'EIO' } : null

test('what is due soon is read before: a disk that gives nothing any more holds it up no more', async () => {
  const room = await openRoom()
  const bodies = await sendAndReadAhead(room, 100)
  room.disk.fault = noReads
  await room.advance(1_000)
  room.disk.fault = () => null
  const messages = await room.messages()
  expect(messages.map(({ body }) => body.toString())).toEqual(bodies)
  for (const message of messages) expect(propertiesOf(message)['TIMER_DEQUEUE_MS']).toBe('1700000011000')
  await room.stop()
})

test('what could not be read before is read when it is due', async () => {
  const room = await openRoom()
  room.disk.fault = noReads
  const bodies = await sendAndReadAhead(room, 20)
  room.disk.fault = () => null
  await room.advance(1_000)
  expect(await room.bodies()).toEqual(bodies)
  await room.stop()
})

test('a slot that was read takes more messages, and recalls of those that it had', async () => {
  const room = await openRoom()
  const bodies = await sendAndReadAhead(room, 5)
  await room.send('new', 500)
  await room.recall(bodies[2]!, 500)
  await room.advance(1_000)
  expect(await room.bodies()).toEqual([...bodies.filter((_, index) => index !== 2), 'new'])
  await room.stop()
})

test('more than may be read before is read when it is due', async () => {
  const room = await openRoom({ mappedFileSizeCommitLog: 64 * 1024 ** 2 })
  const body = (index: number): string => `${index} ${'z'.repeat(1024 ** 2)}`
  for (let index = 0; index < 12; index += 1) {
    const { status } = await room.send(body(index), 5_500, { properties: { UNIQ_KEY: String(index) } })
    expect(status).toBe('PUT_OK')
  }
  await room.advance(6_000)
  expect((await room.bodies()).map(text => Number.parseInt(text, 10))).toEqual(
    Array.from({ length: 12 }, (_, at) => at),
  )
  await room.stop()
})

test('with a step of 100 ms, ten slots are read together, and each comes at its own time', async () => {
  const room = await openRoom({ timerPrecisionMs: 100 })
  for (let index = 0; index < 50; index += 1) {
    const outMs = room.clock.nowMs() + 5_000 + (index % 10) * 100
    void room.send(`m${index} ${'x'.repeat(4000)}`, 6_000, { properties: { TIMER_OUT_MS: String(outMs) } })
  }
  for (let step = 0; step < 70; step += 1) {
    room.clock.advance(100)
    await room.settle()
  }
  const messages = await room.messages()
  expect(messages).toHaveLength(50)
  for (const message of messages) {
    const { TIMER_OUT_MS, TIMER_DEQUEUE_MS } = propertiesOf(message)
    expect(Number(TIMER_DEQUEUE_MS)).toBe(Number(TIMER_OUT_MS) + 100)
  }
  await room.stop()
})
