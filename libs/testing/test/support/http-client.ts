/** What an answer had, read whole. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  /** Null when there is none, or when it is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | null
  readonly text: string
}

/** Requests to one server, with JSON unless said otherwise. */
export function httpClient(url: () => string) {
  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const isRaw = body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: { ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    })
    return await answerOf(response)
  }
  return {
    get: (path: string, headers: Record<string, string> = {}) => ask('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers: Record<string, string> = {}) => ask('POST', path, body, headers),
    put: (path: string, body?: unknown) => ask('PUT', path, body),
    delete: (path: string) => ask('DELETE', path),
  }
}

export async function answerOf(response: Response): Promise<HttpAnswer> {
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    json: isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : null,
    text,
  }
}

export interface ReceivedOverHttp {
  readonly messageId: string
  readonly receiptHandle: string
  readonly deliveryAttempt: number
  readonly body?: string
  readonly bodyBase64?: string
  readonly tag?: string
  readonly keys: readonly string[]
  readonly properties: Readonly<Record<string, string>>
  readonly group?: string
  readonly contentType?: string
  readonly deliverAt?: string
}

/** A consumer group of one topic, over HTTP. */
export function httpConsumer(url: () => string, topic: string, group = `group-of-${topic}`) {
  const client = httpClient(url)
  const path = `/v1/groups/${group}/topics/${topic}`
  async function receive(more: object = {}): Promise<readonly ReceivedOverHttp[]> {
    const { status, json, text } = await client.post(`${path}/receive`, { max: 32, wait: '1s', ...more })
    if (status !== 200) throw new Error(text)
    return (json as { readonly messages: readonly ReceivedOverHttp[] }).messages
  }
  return {
    path,
    receive,
    /** A group that is new begins at the newest. */
    begin: async (): Promise<void> => {
      expect(await receive({ wait: '0s' })).toEqual([])
    },
    /** Asks until there are so many. */
    async receiveAll(count: number, more: object = {}): Promise<readonly ReceivedOverHttp[]> {
      const received: ReceivedOverHttp[] = []
      while (received.length < count) received.push(...(await receive(more)))
      return received
    },
    acknowledge: (messages: readonly ReceivedOverHttp[]) =>
      client.post(`${path}/acks`, { receiptHandles: messages.map(({ receiptHandle }) => receiptHandle) }),
  }
}
