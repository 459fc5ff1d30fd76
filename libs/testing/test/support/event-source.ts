export interface ServerEvent {
  readonly event: string
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Server-sent events of one connection, in their order. */
export class EventSourceOfTest {
  readonly events: ServerEvent[] = []
  readonly comments: string[] = []
  /** Resolves when the server has ended the connection. Never rejects. */
  readonly ended: Promise<void>
  private wake: () => void = () => undefined
  private isOver = false

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {
    this.ended = this.read().catch(() => undefined)
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventSourceOfTest> {
    const abort = new AbortController()
    return new EventSourceOfTest(await fetch(url, { headers, signal: abort.signal }), abort)
  }

  /** The next events of this kind, once there are so many. Rejects when the connection ends before. */
  async take(count: number, kind = 'message'): Promise<readonly ServerEvent[]> {
    for (;;) {
      const found = this.events.filter(({ event }) => event === kind)
      if (found.length >= count) {
        for (const taken of found.slice(0, count)) this.events.splice(this.events.indexOf(taken), 1)
        return found.slice(0, count)
      }
      if (this.isOver) throw new Error(`the stream ended with ${found.length} of ${count} events`)
      await new Promise<void>(resolve => (this.wake = resolve))
    }
  }

  close(): void {
    this.abort.abort()
  }

  private async read(): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) this.add(block)
        this.wake()
      }
    } finally {
      this.isOver = true
      this.wake()
    }
  }

  private add(block: string): void {
    const lines = block.split('\n')
    const valueOf = (field: string): string =>
      lines.find(line => line.startsWith(`${field}: `))?.slice(field.length + 2) ?? ''
    if (block.startsWith(':')) this.comments.push(block)
    else
      this.events.push({
        event: valueOf('event'),
        id: valueOf('id'),
        data: JSON.parse(valueOf('data')) as object as never,
      })
  }
}
