import { Producer, SimpleConsumer } from 'rocketmq-client-nodejs'

const REQUEST_MS_MAX = 10_000
const WAIT_MS = 5_000

/** What the clients complain of is seen by what they do. */
const silent = (): void => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent, close: silent }

interface Client {
  startup(): Promise<void>
  shutdown(): Promise<void>
}

/** The official gRPC clients for Node of one proxy. */
export class GrpcClient {
  private readonly clients: Client[] = []

  constructor(private readonly endpoints: string) {}

  /** Returns what sends a body to the topic, and resolves when it is acknowledged. */
  async producer(topic: string): Promise<(body: string, more?: { readonly priority: number }) => Promise<void>> {
    const producer = await this.started(new Producer({ ...this.options(), topic }))
    return async (body, more) => {
      await producer.send({ topic, body: Buffer.from(body), ...more })
    }
  }

  /** Returns what receives some bodies, whose messages are acknowledged; none when none came in time. */
  async consumer(group: string, topic: string, countMax = 32): Promise<() => Promise<readonly string[]>> {
    const consumer = await this.started(
      new SimpleConsumer({
        ...this.options(),
        consumerGroup: group,
        subscriptions: new Map([[topic, '*']]),
        awaitDuration: WAIT_MS,
      }),
    )
    return async () => {
      const messages = await consumer.receive(countMax)
      await Promise.all(messages.map(message => consumer.ack(message)))
      return messages.map(({ body }) => body.toString())
    }
  }

  /** Those whose proxy is gone fail to take their leave of it. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.clients.splice(0).map(client => client.shutdown()))
  }

  private options(): ConstructorParameters<typeof Producer>[0] {
    return { endpoints: this.endpoints, namespace: '', logger, requestTimeout: REQUEST_MS_MAX }
  }

  private async started<C extends Client>(client: C): Promise<C> {
    this.clients.push(client)
    await client.startup()
    return client
  }
}
