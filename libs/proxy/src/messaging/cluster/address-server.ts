import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'

export interface AddressServerConfig {
  /** `host`, or `host:port`. */
  readonly namesrvDomain: string
  readonly namesrvDomainSubgroup: string
}

export interface AddressServerDeps {
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
  /** Told of the list each time it was read, as `namesrvAddr` has it. Throws RocketmqError for what is none. */
  readonly onList: (namesrvAddr: string) => void
}

const PORT = 8080
const SUBGROUP = 'nsaddr'
const TIMEOUT_MS = 3000
const REFRESH_MS = 120_000
const RETRY_MS = 10_000
/** Of an answer. A NameServer takes some twenty. */
export const ADDRESS_LIST_BYTES_MAX = 64 * 1024

/**
 * A web server that knows the NameServers, so that they can change without anyone being configured anew. It is asked again
 * and again; while it cannot be, the last list counts. Source: common/namesrv/DefaultTopAddressing.java
 */
export class AddressServer implements Component {
  private readonly url: string
  private readonly stopping = new AbortController()
  private next: Timer | null = null

  constructor(
    { namesrvDomain, namesrvDomainSubgroup }: AddressServerConfig,
    private readonly deps: AddressServerDeps,
  ) {
    const host = namesrvDomain.includes(':') ? namesrvDomain : `${namesrvDomain}:${PORT}`
    this.url = `http://${host}/rocketmq/${namesrvDomainSubgroup || SUBGROUP}`
  }

  /** Resolves when it was asked once, with or without success. */
  async start(): Promise<void> {
    const isKnown = await this.ask()
    if (this.stopping.signal.aborted) return
    this.next = this.deps.clock.after(isKnown ? REFRESH_MS : RETRY_MS, () => void this.start())
  }

  stop(): Promise<void> {
    this.stopping.abort()
    this.next?.cancel()
    return Promise.resolve()
  }

  /** Never rejects. */
  private async ask(): Promise<boolean> {
    const { log, onList } = this.deps
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.stopping.signal])
      const response = await fetch(this.url, { signal, redirect: 'error' })
      if (response.status !== 200) throw new AddressServerError(`it answers HTTP ${response.status}`)
      onList(firstLine(await textOf(response)))
      return true
    } catch (err) {
      const cure = 'the NameServers known so far stay: see namesrvDomain and namesrvDomainSubgroup'
      if (!this.stopping.signal.aborted) log.warn({ err, url: this.url }, `the address server cannot be asked; ${cure}`)
      return false
    }
  }
}

/** What the address server says is no list. */
class AddressServerError extends RocketmqError {
  readonly code = 'RMQ_ADDRESS_SERVER'
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > ADDRESS_LIST_BYTES_MAX)
      throw new AddressServerError(`its list is longer than ${ADDRESS_LIST_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function firstLine(text: string): string {
  return text.trim().split(/[\r\n]/, 1)[0] ?? ''
}
