import { RequestCode, timerMetricsJson } from '@rocketmq-ts/protocol'
import { readTimerCheckpoint } from '@rocketmq-ts/store'
import { getTimerCheckPoint } from '../../src/requests/get-timer-check-point'
import { getTimerMetrics } from '../../src/requests/get-timer-metrics'
import { ask } from '../support/ask'
import { TimerRoom } from '../support/timer-room'

test('GET_TIMER_METRICS says how many messages of each topic wait', async () => {
  const room = new TimerRoom()
  await room.start()
  for (const body of ['one', 'two']) await room.send(body, 5_000)
  await room.send('three', 8_000, { topic: 'GB' })
  await room.recall('two', 5_000)
  await room.advance(6_000)
  const { code, body } = await ask(getTimerMetrics({ timer: room.timer }), { code: RequestCode.GET_TIMER_METRICS })
  const { timingCount, dataVersion } = timerMetricsJson.decode(body ?? '')
  expect(code).toBe(0)
  expect(timingCount.get('GB')).toEqual({ count: 1, timeStamp: 1_700_000_000_000 })
  expect(timingCount.get('GA')).toMatchObject({ count: 0 })
  expect(dataVersion.counter).toBeGreaterThan(0)
  await room.stop()
})

test('GET_TIMER_CHECK_POINT answers with the 56 bytes that were written last', async () => {
  const room = new TimerRoom()
  await room.start()
  const handler = getTimerCheckPoint({ timer: room.timer })
  const checkPoint = async () => {
    const { code, body } = await ask(handler, { code: RequestCode.GET_TIMER_CHECK_POINT })
    expect(code).toBe(0)
    expect(body).toHaveLength(56)
    return readTimerCheckpoint(body ?? Buffer.alloc(0))
  }
  expect(await checkPoint()).toMatchObject({ readTimeMs: 0, queueOffset: 0 })
  await room.send('one', 60_000)
  await room.advance(5_000)
  const { readTimeMs, queueOffset, masterQueueOffset, logPosition, version } = await checkPoint()
  expect({ queueOffset, masterQueueOffset, logPosition }).toEqual({
    queueOffset: 1,
    masterQueueOffset: 1,
    logPosition: 52,
  })
  expect(readTimeMs).toBeGreaterThan(1_700_000_000_000)
  expect(version.counter).toBeGreaterThan(0)
  await room.stop()
})
