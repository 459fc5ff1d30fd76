const REQUEST_MS_MAX = 30_000
/** Waiting for messages. */
const WAIT = '5s'

interface ReceivedMessage {
  readonly body: string
  readonly receiptHandle: string
}

/** A client of the HTTP API, as a program without any RocketMQ library is one. */
export class HttpApi {
  constructor(private readonly url: string) {}

  async createTopic(topic: string): Promise<void> {
    await this.ask('PUT', `/v1/topics/${topic}`, { type: 'NORMAL' })
  }

  /** A new group would begin at the newest messages of the queues that it is the first to ask. */
  async beginAtFirst(group: string, topic: string, brokerNames: readonly string[]): Promise<void> {
    await this.ask('PUT', `/v1/groups/${group}`, {})
    const { queues } = (await this.ask('GET', `/v1/topics/${topic}`)) as { readonly queues: number }
    for (const brokerName of brokerNames) {
      for (let queueId = 0; queueId < queues; queueId += 1) {
        await this.ask('PUT', `/v1/groups/${group}/offsets/${topic}/${brokerName}/${queueId}`, { offset: '0' })
      }
    }
  }

  /** Resolves when the message is acknowledged. */
  async send(topic: string, body: string): Promise<void> {
    await this.ask('POST', `/v1/topics/${topic}/messages`, { body })
  }

  /** The id of the message, which is stored once however often it is sent with that key. */
  async sendOnce(topic: string, body: string, key: string): Promise<string> {
    const sent = await this.ask('POST', `/v1/topics/${topic}/messages`, { body }, { 'idempotency-key': key })
    return (sent as { readonly messageId: string }).messageId
  }

  /** The bodies of some messages, which are acknowledged; none when none came in time. */
  async receive(group: string, topic: string): Promise<readonly string[]> {
    const place = `/v1/groups/${group}/topics/${topic}`
    const { messages } = (await this.ask('POST', `${place}/receive`, { max: 32, wait: WAIT })) as {
      readonly messages: readonly ReceivedMessage[]
    }
    const receiptHandles = messages.map(({ receiptHandle }) => receiptHandle)
    if (messages.length > 0) await this.ask('POST', `${place}/acks`, { receiptHandles })
    return messages.map(({ body }) => body)
  }

  private async ask(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    })
    const text = await response.text()
    if (!response.ok || response.status === 207) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? null : (JSON.parse(text) as unknown)
  }
}
