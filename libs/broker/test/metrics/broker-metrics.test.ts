import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { RequestCode } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'
import type { RunningBroker } from '../support/use-brokers'

/**
 * What Java 5.5.0 shows at `/metrics` (`metricsExporterType=PROM`) after sends, pulls and pops: the type of each metric
 * and the labels that its samples have beside those of the node.
 */
const java = JSON.parse(readFileSync(path.join(__dirname, '../golden/java-metrics.json'), 'utf8')) as Readonly<
  Record<string, { readonly type: string; readonly labels: readonly (readonly string[])[] }>
>
/** Of these the recorded broker had nothing to say. */
const notRecorded = ['rocketmq_producer_connections', 'rocketmq_consumer_connections', 'rocketmq_half_messages']
/** Java tells apart what is sent here by one more label. */
const lackingLabel: Readonly<Record<string, string>> = {
  rocketmq_messages_in_total: 'message_type',
  rocketmq_throughput_in_total: 'message_type',
}
const nodeLabels = { cluster: 'DefaultCluster', node_type: 'broker', node_id: 'broker-a' }

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const startBroker = useBrokers()

/** A broker with a producer's three messages, of which a consumer group has consumed one. */
async function usedBroker(): Promise<RunningBroker> {
  const running = await startBroker({
    ...{ metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: '0' },
  })
  const send = { a: 'GP', b: 'GA', c: 'TBW102', d: '1', e: '0', f: '0', g: '1', h: '0', i: '' }
  for (let count = 0; count < 3; count += 1) await running.ask(RequestCode.SEND_MESSAGE_V2, send, 'body')
  const subscription = { topic: 'GA', subString: '*', subVersion: 1, expressionType: 'TAG', tagsSet: [], codeSet: [] }
  const heartbeat = {
    clientID: 'cid-1',
    producerDataSet: [{ groupName: 'GP' }],
    consumerDataSet: [
      {
        ...{ groupName: 'GG', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', unitMode: false },
        ...{ consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', subscriptionDataSet: [subscription] },
      },
    ],
  }
  await running.ask(RequestCode.HEART_BEAT, {}, JSON.stringify(heartbeat))
  const consumed = { consumerGroup: 'GG', topic: 'GA', queueId: '0', commitOffset: '1' }
  await running.ask(RequestCode.UPDATE_CONSUMER_OFFSET, consumed)
  return running
}

async function samplesOf({ broker }: RunningBroker): Promise<readonly Sample[]> {
  const text = await (await fetch(`http://127.0.0.1:${broker.metricsPort}/metrics`)).text()
  return [...text.matchAll(/^(\w+)\{(.*)\} (\S+)$/gm)].map(([, name = '', labels = '', value]) => {
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', of = '']) => [label, of] as const)
    return { name, labels: Object.fromEntries(pairs), value: Number(value) }
  })
}

test('each metric has the name and the labels that it has in Java', async () => {
  const samples = await samplesOf(await usedBroker())
  for (const { name, labels } of samples.filter(sample => !notRecorded.includes(sample.name))) {
    const own = Object.keys(labels).filter(label => !(label in nodeLabels))
    if (name in lackingLabel) own.push(lackingLabel[name] ?? '')
    expect(java[name]?.labels).toContainEqual(own.sort())
    expect(labels).toMatchObject(nodeLabels)
  }
})

test('what was sent, who is connected and how far a group is behind can be read', async () => {
  const samples = await samplesOf(await usedBroker())
  const valueOf = (name: string, wanted: Readonly<Record<string, string>> = {}): number | undefined =>
    samples.find(sample => sample.name === name && matches(sample, wanted))?.value
  expect(valueOf('rocketmq_messages_in_total', { topic: 'GA', is_system: 'false' })).toBe(3)
  expect(valueOf('rocketmq_broker_permission')).toBe(6)
  expect(valueOf('rocketmq_producer_connections', { language: 'java', protocol_type: 'remoting' })).toBe(1)
  expect(valueOf('rocketmq_consumer_connections', { consumer_group: 'GG', consume_mode: 'push' })).toBe(1)
  const group = { consumer_group: 'GG', topic: 'GA', is_retry: 'false', is_system: 'false' }
  expect(valueOf('rocketmq_consumer_lag_messages', group)).toBe(2)
  expect(valueOf('rocketmq_consumer_lag_latency_milliseconds', group)).toBeGreaterThanOrEqual(0)
  expect(valueOf('rocketmq_pop_revive_latency_milliseconds', { queue_id: '0' })).toBe(0)
})

function matches({ labels }: Sample, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value)
}
