import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { inOrder } from '@rocketmq-ts/base'
import {
  defaultSubscriptionGroupConfig,
  RequestCode,
  ResponseCode,
  subscriptionGroupConfigJson,
} from '@rocketmq-ts/protocol'
import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { Cluster, ProxyServer, Standalone, TestClient, writePropertiesFile } from '@rocketmq-ts/testing'
import type { ClusterServer } from '@rocketmq-ts/testing'
import { Producer, SimpleConsumer } from 'rocketmq-client-nodejs'
import type { MessageView, ProducerOptions, SimpleConsumerOptions } from 'rocketmq-client-nodejs'

/** The clients of a test say nothing: what they complain of is seen by what they do. */
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, close: nothing }

function nothing(): void {
  // see above
}

export type TopicType = 'NORMAL' | 'PRIORITY' | 'FIFO' | 'DELAY' | 'TRANSACTION' | 'MIXED'

interface Stopping {
  shutdown(): Promise<void>
}

/** Empty polls end soon: consumers wait for theirs when they stop. */
const proxyConfig = {
  grpcClientConsumerMinLongPollingTimeoutMillis: 200,
  grpcClientConsumerMaxLongPollingTimeoutMillis: 1000,
}
const SHORT_POLL_MS = 200
/** On a machine that has much else to do. */
const REQUEST_TIMEOUT_MS = 30_000
const LONG_POLL_MS = 15_000

/** A proxy and a broker behind it. */
interface RunningProxy {
  readonly brokerAddress: string
  readonly grpcAddress: string
  /** For remoting clients. */
  readonly remotingAddress: string
  readonly httpUrl: string
  stop(): Promise<void>
}

type BrokerConfig = Readonly<Record<string, string | number>>
export type TestedProxy = ReturnType<typeof useProxy>

/** One `rocketmq up` for the tests of a file, with the official client in front of it. Call once at the top of the file. */
export function useStandaloneProxy(
  brokerConfig: BrokerConfig = {},
  /** Puts files into the home before the start, and returns more of rmq-proxy.json. */
  prepare: (home: string) => Promise<Readonly<Record<string, unknown>>> = () => Promise.resolve({}),
): TestedProxy {
  return useProxy(async home => {
    const conf = path.join(home, 'conf')
    mkdirSync(conf)
    const prepared = await prepare(home)
    writeFileSync(path.join(conf, 'rmq-proxy.json'), JSON.stringify({ ...proxyConfig, ...prepared }))
    writePropertiesFile(path.join(conf, 'broker.conf'), brokerConfig)
    const standalone = new Standalone(home)
    await standalone.start()
    const { brokerAddress, grpcAddress, httpUrl, proxyRemotingAddress: remotingAddress } = standalone
    return { brokerAddress, grpcAddress, httpUrl, remotingAddress, stop: () => standalone.stop() }
  })
}

/** The same with NameServer, broker and `mqproxy` as processes of their own. */
export function useClusterProxy(
  brokerConfig: BrokerConfig,
  brokers: readonly string[] = ['broker-a'],
): TestedProxy & { readonly server: (broker: string) => ClusterServer } {
  let started: Cluster | null = null
  const proxy = useProxy(async folder => {
    const cluster = await Cluster.create({ folder, brokerConfig, brokers })
    started = cluster
    const { address: namesrvAddr } = cluster.nameServer
    const server = await ProxyServer.create({ folder: path.join(folder, 'proxy'), namesrvAddr, config: proxyConfig })
    const parts = inOrder([cluster, server])
    await parts.start()
    const { grpcAddress, httpUrl, remotingAddress } = server
    return { brokerAddress: cluster.broker().address, grpcAddress, httpUrl, remotingAddress, stop: () => parts.stop() }
  })
  const server = (broker: string): ClusterServer => {
    if (started === null) throw new Error('nothing is started')
    return started.broker(broker)
  }
  return { ...proxy, server }
}

function useProxy(start: (folder: string) => Promise<RunningProxy>) {
  const remoting = new TestClient()
  const clients: Stopping[] = []
  let folder = ''
  let running: RunningProxy | null = null

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-'))
    running = await start(folder)
    await remoting.start()
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.shutdown()))
  })
  afterAll(async () => {
    await remoting.stop()
    await running?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const broker = (): string => running?.brokerAddress ?? ''
  const endpoints = (): string => running?.grpcAddress ?? ''
  const common = () => ({ endpoints: endpoints(), namespace: '', logger, requestTimeout: REQUEST_TIMEOUT_MS })

  async function started<T extends Stopping & { startup(): Promise<void> }>(client: T): Promise<T> {
    clients.push(client)
    await client.startup()
    return client
  }

  return {
    endpoints,
    broker,
    httpUrl: (): string => running?.httpUrl ?? '',
    remotingAddress: (): string => running?.remotingAddress ?? '',
    remoting,
    async createTopic(topic: string, type: TopicType): Promise<void> {
      await remoting.createTopic(broker(), topic, 4, `+message.type=${type}`)
    },
    async createGroup(group: string, wanted: Partial<SubscriptionGroupConfig>): Promise<void> {
      const config = subscriptionGroupConfigJson.encode({ ...defaultSubscriptionGroupConfig(group), ...wanted })
      const { code } = await remoting.ask(broker(), RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, config)
      expect(code).toBe(ResponseCode.SUCCESS)
    },
    async producer(options: Partial<ProducerOptions> = {}): Promise<Producer> {
      return await started(new Producer({ ...common(), ...options }))
    },
    /** Has asked for messages once: a group that is new begins at the newest. */
    async simpleConsumer(topic: string, options: Partial<SimpleConsumerOptions> = {}): Promise<SimpleConsumer> {
      const given = {
        ...common(),
        consumerGroup: `group-of-${topic}`,
        subscriptions: new Map([[topic, '*']]),
        ...options,
      }
      const first = await started(new SimpleConsumer({ ...given, awaitDuration: SHORT_POLL_MS }))
      expect(await first.receive()).toEqual([])
      return await started(new SimpleConsumer({ ...given, awaitDuration: LONG_POLL_MS }))
    },
    /** What a push consumer was handed, `BODY ATTEMPT`, once there are so many. */
    async pushConsumer(topic: string, group: string, count: number): Promise<readonly string[]> {
      const script = path.join(__dirname, 'push-consumer.cjs')
      const consumer = spawn(process.execPath, [script, endpoints(), topic, group], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      clients.push({ shutdown: () => killed(consumer) })
      const attempts: string[] = []
      for await (const line of createInterface(consumer.stdout)) {
        attempts.push(line)
        if (attempts.length === count) break
      }
      return attempts
    },
  }
}

/** Receives until there are so many, and acknowledges each. */
export async function receiveAll(consumer: SimpleConsumer, count: number): Promise<readonly MessageView[]> {
  const received: MessageView[] = []
  while (received.length < count) {
    for (const message of await consumer.receive(32)) {
      received.push(message)
      await consumer.ack(message)
    }
  }
  return received
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('close', () => resolve())
    child.kill('SIGKILL')
  })
}
