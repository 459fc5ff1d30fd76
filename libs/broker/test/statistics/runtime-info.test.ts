import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { kvTableJson, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'
import type { RunningBroker } from '../support/use-brokers'

const startBroker = useBrokers()

async function runtimeInfo(broker: RunningBroker): Promise<ReadonlyMap<string, string>> {
  const { body } = await broker.ask(RequestCode.GET_BROKER_RUNTIME_INFO)
  return kvTableJson.decode(body ?? '{}').table
}

function send(broker: RunningBroker, properties: string) {
  return broker.ask(
    RequestCode.SEND_MESSAGE_V2,
    { a: 'PG', b: 'TopicA', c: 'TBW102', d: '1', e: '0', f: '0', g: '1700000000123', h: '0', i: properties },
    'body',
  )
}

test('brokerStatus shows what waits for its time, and what waits for acknowledgements', async () => {
  const broker = await startBroker({}, { clock: new FakeClock() })
  await send(broker, 'UNIQ_KEY\x01U1\x02TIMER_DELAY_SEC\x0160\x02')
  await send(broker, 'UNIQ_KEY\x01U2\x02')
  const { code } = await broker.ask(RequestCode.POP_MESSAGE, {
    ...{ consumerGroup: 'POP', topic: 'TopicA', queueId: '-1', maxMsgNums: '32', invisibleTime: '10000' },
    ...{ pollTime: '0', bornTime: '0', initMode: '0', exp: '*', expType: 'TAG', order: 'false' },
  })
  expect(code).toBe(ResponseCode.SUCCESS)
  let info = await runtimeInfo(broker)
  while (info.get('timerCongestNum') !== '1') info = await runtimeInfo(broker)
  expect(Object.fromEntries(info)).toMatchObject({
    ...{ timerOffsetBehind: '0', timerReadBehind: '0', timerCongestNum: '1' },
    ...{ popCheckPointCount: '1', popReviveBehindMillis: '0', popReviveBehindMessages: '0' },
  })
})

test('brokerStatus and the metrics show what was popped and cannot come again, and then that it has come', async () => {
  const [clock, disk] = [new FakeClock(), new FaultyDisk()]
  const broker = await startBroker(
    { metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: '0' },
    { clock, disk: disk.process(), folder: '/store' },
  )
  const lag = async (): Promise<readonly [number, number]> => {
    const info = await runtimeInfo(broker)
    const metrics = await (await fetch(`http://127.0.0.1:${broker.broker.metricsPort}/metrics`)).text()
    const samples = [...metrics.matchAll(/^rocketmq_pop_revive_latency_milliseconds\{.*\} (\d+)/gm)]
    return [Number(info.get('popReviveBehindMillis')), Math.max(...samples.map(([, value]) => Number(value)))]
  }
  await send(broker, 'UNIQ_KEY\x01U1\x02')
  const { code } = await broker.ask(RequestCode.POP_MESSAGE, {
    ...{ consumerGroup: 'POP', topic: 'TopicA', queueId: '-1', maxMsgNums: '32', invisibleTime: '10000' },
    ...{ pollTime: '0', bornTime: '0', initMode: '0', exp: '*', expType: 'TAG', order: 'false' },
  })
  expect(code).toBe(ResponseCode.SUCCESS)
  disk.fault = ({ kind, path }) => (kind === 'write' && path.includes('commitlog') ? { code: 'ENOSPC' } : null)
  clock.advance(60_000)
  for (const behindMs of await lag()) expect(behindMs).toBeGreaterThan(40_000)
  disk.fault = () => null
  for (let [behindMs] = await lag(); behindMs > 0; [behindMs] = await lag()) clock.advance(1_000)
  expect(await lag()).toEqual([0, 0])
})
