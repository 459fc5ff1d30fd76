import { TIMER, TimerRoom, propertiesOf } from '../support/timer-room'

async function openRoom(given: Partial<TimerRoom['config']> = {}): Promise<TimerRoom> {
  const room = new TimerRoom()
  Object.assign(room.config, given)
  await room.start()
  return room
}

test('a message comes to its topic at its time, never before, as it was', async () => {
  const room = await openRoom()
  await room.send('later', 3_500)
  await room.advance(3_000)
  expect(await room.bodies()).toEqual([])
  await room.advance(1_000)
  const [message] = await room.messages()
  expect(message).toMatchObject({ body: Buffer.from('later'), flag: 7, bornTimestamp: 5, reconsumeTimes: 2 })
  expect(propertiesOf(message!)).toEqual({
    ...{ UNIQ_KEY: 'KEY-later', TAGS: 'TagA', REAL_TOPIC: 'GA', REAL_QID: '1' },
    ...{ TIMER_DELIVER_MS: '1700000003500', TIMER_OUT_MS: '1700000003000' },
    ...{ TIMER_ENQUEUE_MS: '1700000000000', TIMER_DEQUEUE_MS: '1700000004000' },
  })
  await room.stop()
})

test('a time on a whole step is kept to the step', async () => {
  const room = await openRoom()
  await room.send('exact', 3_000)
  await room.advance(2_999)
  expect(await room.bodies()).toEqual([])
  await room.advance(1)
  expect(await room.bodies()).toEqual(['exact'])
  await room.stop()
})

test('messages of one time come in the order in which they were sent, however many there are', async () => {
  const room = await openRoom()
  const bodies = Array.from({ length: 300 }, (_, index) => `message ${index}`)
  for (const body of bodies) void room.send(body, 2_000)
  await room.advance(5_000)
  expect(await room.bodies()).toEqual(bodies)
  await room.stop()
})

test('a message whose time comes while it waits to be read is delivered at once', async () => {
  const room = await openRoom({ timerStopEnqueue: true })
  await room.send('late', 1_500)
  await room.advance(5_000)
  room.config.timerStopEnqueue = false
  await room.advance(1_000)
  const [message] = await room.messages()
  expect(propertiesOf(message!)['TIMER_ENQUEUE_MS']).toBe('9223372036854775807')
  expect(room.timer.state()).toMatchObject({ offsetBehind: 0, congestCount: 0 })
  await room.stop()
})

test('timerStopDequeue holds deliveries up, and no more than that', async () => {
  const room = await openRoom({ timerStopDequeue: true })
  await room.send('held', 1_500)
  await room.advance(5_000)
  expect(await room.bodies()).toEqual([])
  expect(room.timer.state()).toMatchObject({ congestCount: 1, readBehindMs: 5_000 })
  room.config.timerStopDequeue = false
  await room.advance(1_000)
  expect(await room.bodies()).toEqual(['held'])
  await room.stop()
})

test('a stray message without a time holds up nothing', async () => {
  const room = await openRoom()
  await room.put({ topic: TIMER, body: Buffer.from('stray') }, { UNIQ_KEY: 'X' })
  await room.put({ topic: TIMER, body: Buffer.from('nowhere') }, { TIMER_OUT_MS: '1700000001000' })
  await room.send('good', 1_500)
  await room.advance(3_000)
  expect(await room.bodies()).toEqual(['good'])
  expect(room.said).toEqual(Array(2).fill('no timed message on the timer topic: left out'))
  await room.stop()
})

test('a recalled message is not delivered, and its neighbours are', async () => {
  const room = await openRoom()
  for (const body of ['one', 'two', 'three', 'four']) await room.send(body, 3_000)
  await room.recall('two', 3_000)
  await room.recall('three', 3_000, 'GA+KEY-three')
  await room.recall('none', 3_000)
  expect(room.counts()).toEqual({ GA: 1 })
  await room.advance(5_000)
  expect(await room.bodies()).toEqual(['one', 'four'])
  await room.stop()
})

test('a message for a later time than the wheel reaches is stored again on the way, and comes at its time', async () => {
  const room = await openRoom({ timerRollWindowSlot: 60 })
  await room.send('far', 150_500)
  await room.recall('gone', 150_500)
  await room.send('gone', 150_500)
  await room.advance(150_000)
  expect(await room.bodies()).toEqual([])
  await room.advance(1_000)
  expect(await room.bodies()).toEqual(['far'])
  const [message] = await room.messages()
  expect(propertiesOf(message!)).toMatchObject({ TIMER_ROLL_TIMES: '2', TIMER_OUT_MS: '1700000150000' })
  expect(room.counts()).toEqual({ GA: 0 })
  await room.stop()
})

test('the roll window stays within what the CommitLog keeps', async () => {
  const room = await openRoom({ fileReservedTime: 1 })
  await room.send('an hour', 3_600_000)
  await room.advance(2_402_000)
  const [, rolled] = await room.messages(TIMER, 0)
  expect(propertiesOf(rolled!)['TIMER_ROLL_TIMES']).toBe('1')
  await room.stop()
})

test('a full disk delays messages, and loses none', async () => {
  const room = await openRoom()
  await room.send('kept', 2_000)
  room.disk.fault = ({ kind, path }) => (kind === 'write' && path.includes('commitlog') ? { code: 'ENOSPC' } : null)
  await room.advance(6_000)
  room.disk.fault = () => null
  await room.advance(30_000)
  expect(await room.bodies()).toEqual(['kept'])
  await room.stop()
})

test('a timer log that cannot be written delays messages, and loses none', async () => {
  const room = await openRoom()
  room.disk.fault = ({ kind, path }) => (kind !== 'read' && path.includes('timerlog') ? { code: 'ENOSPC' } : null)
  await room.send('one', 10_000)
  await room.send('two', 2_000)
  await room.advance(4_000)
  expect(await room.bodies()).toEqual([])
  room.disk.fault = () => null
  await room.advance(8_000)
  expect(await room.bodies()).toEqual(['two', 'one'])
  await room.stop()
})

describe('over a restart', () => {
  test('what waits waits on', async () => {
    const room = await openRoom()
    await room.send('one', 10_000)
    await room.stopAndStart()
    await room.send('two', 10_000)
    await room.advance(11_000)
    expect(await room.bodies()).toEqual(['one', 'two'])
    expect(room.counts()).toEqual({ GA: 0 })
    await room.stopAndStart()
    await room.advance(2_000)
    expect(await room.bodies()).toEqual(['one', 'two'])
    await room.stop()
  })

  test.each(['stopAndStart', 'killAndStart'] as const)('%s: it is known how many wait of each topic', async restart => {
    const room = await openRoom()
    await room.send('one', 10_000)
    await room.send('two', 20_000)
    await room.send('other', 20_000, { topic: 'GB' })
    await room.advance(2_000)
    await room[restart]()
    expect(room.counts()).toEqual({ GA: 2, GB: 1 })
    await room.advance(11_000)
    expect(room.counts()).toEqual({ GA: 1, GB: 1 })
    await room.stop()
  })

  test('what came due meanwhile is delivered, after however long a time', async () => {
    const room = await openRoom()
    await room.send('one', 10_000)
    await room.send('two', 20_000)
    await room.stop()
    room.clock.advance(20 * 86_400_000)
    await room.start()
    await room.settle()
    expect(await room.bodies()).toEqual(['one', 'two'])
    await room.stop()
  })

  test('what was not delivered when it was stopped in the middle is delivered afterwards', async () => {
    const room = await openRoom()
    const sent = Array.from({ length: 1_000 }, (_, index) => `message ${index}`)
    for (const body of sent) void room.send(body, 2_500)
    await room.settle()
    await room.advance(2_000)
    room.clock.advance(1_000)
    while ((await room.bodies()).length === 0) await new Promise(resolve => setImmediate(resolve))
    await room.timer.stop()
    const atStop = await room.bodies()
    expect(atStop.length).toBeLessThan(sent.length)
    await room.store.stop()
    await room.start()
    await room.advance(1_000)
    const came = await room.bodies()
    expect(came.slice(0, atStop.length)).toEqual(atStop)
    expect(new Set(came)).toEqual(new Set(sent))
    await room.stop()
  })

  test('after a SIGKILL, too, with a wheel that was not written', async () => {
    const room = await openRoom({ timerFlushIntervalMs: 3_600_000 })
    for (let index = 0; index < 200; index += 1) void room.send(`m${index}`, 5_000 + (index % 7) * 1_000)
    await room.settle()
    await room.killAndStart()
    await room.advance(20_000)
    expect(new Set(await room.bodies()).size).toBe(200)
    expect(await room.bodies()).toHaveLength(200)
    await room.stop()
  })

  test('with another precision the wheel is made anew', async () => {
    const room = await openRoom()
    for (let index = 0; index < 100; index += 1) void room.send(`m${index}`, 5_000)
    await room.settle()
    await room.stop()
    room.config.timerPrecisionMs = 100
    await room.start()
    await room.advance(10_000)
    expect(await room.bodies()).toHaveLength(100)
    await room.stop()
  })

  const root = '/store'
  test.each<[string, (room: TimerRoom) => void]>([
    ['no wheel', ({ disk }) => disk.process().remove(`${root}/timerwheel`)],
    ['half a wheel', ({ disk }) => disk.process().open(`${root}/timerwheel`).truncate(19_353_600)],
    ['no timer log', ({ disk }) => disk.process().remove(`${root}/timerlog`)],
    ['a short timer log', ({ disk }) => disk.process().open(`${root}/timerlog/00000000000000008192`).truncate(520)],
    ['an empty timer log file', ({ disk }) => disk.process().open(`${root}/timerlog/00000000000000008192`).truncate(0)],
    ['a hole in the timer log', ({ disk }) => disk.process().remove(`${root}/timerlog/00000000000000004096`)],
    [
      'zeros in the timer log',
      ({ disk }) => disk.process().open(`${root}/timerlog/00000000000000004096`).write(Buffer.alloc(4096), 0),
    ],
    ['no check point', ({ disk }) => disk.process().remove(`${root}/config/timercheck`)],
    [
      'no timer files at all',
      ({ disk }) => {
        const process = disk.process()
        for (const name of ['timerlog', 'timerwheel', 'config/timercheck']) process.remove(`${root}/${name}`)
      },
    ],
  ])('all come with %s', async (_case, damage) => {
    const room = await openRoom()
    for (let index = 0; index < 200; index += 1) void room.send(`m${index}`, 5_000 + (index % 7) * 1_000)
    await room.settle()
    await room.advance(3_000)
    await room.stop()
    damage(room)
    await room.start()
    await room.send('new', 7_000)
    await room.advance(30_000)
    expect(new Set(await room.bodies()).size).toBe(201)
    expect(room.timer.state()).toMatchObject({ offsetBehind: 0 })
    await room.stop()
  })
})
