import type { JavaToolchain } from '../java-toolchain'
import { JavaProcess } from '../java-process'

/** What Java's client can put into a store. */
export type RecordKind =
  | 'tags and keys'
  | 'batches'
  | 'inner batches'
  | 'compressed'
  | 'large'
  | 'delayed'
  | 'sent back'
  | 'timed'
  | 'transactions'

/** Topics that it writes to, with the number of their queues. */
export const WRITER_TOPICS = { StoreTags: 4, StoreBatch: 2, StoreInner: 2, StoreDelay: 1, StoreTransaction: 2 } as const

/** What a topic has from its first day on. */
export const WRITER_TOPIC_ATTRIBUTES: Readonly<Record<string, string>> = { StoreInner: '+queue.type=BatchCQ' }

interface Answer {
  readonly done?: string
  readonly failure?: string
}

/** The Java client that fills the store: one JVM for all rounds, whatever broker runs. */
export class StoreWriter {
  private readonly java: JavaProcess
  private readonly ended: Promise<number | null>
  private onAnswer: (answer: Answer) => void = () => undefined

  constructor(toolchain: JavaToolchain, home: string, nameServer: string) {
    this.java = new JavaProcess({
      toolchain,
      mainClass: 'conformance.StoreWriter',
      args: [nameServer],
      home,
      systemProperties: {},
    })
    this.ended = this.java.forEachLine(line => {
      this.onAnswer(line as Answer)
    })
  }

  /** Sends records of the kinds; `round` is part of their bodies and keys. */
  async write(round: string, kinds: readonly RecordKind[]): Promise<void> {
    const answered = new Promise<Answer>(resolve => (this.onAnswer = resolve))
    const gone = this.ended.then((code): Answer => ({ failure: `exit code ${code}\n${this.java.stderr}` }))
    this.java.send({ round, kinds, topics: Object.keys(WRITER_TOPICS) })
    const { failure } = await Promise.race([answered, gone])
    if (failure !== undefined) throw new Error(`the Java client: ${failure}`)
  }

  async stop(): Promise<void> {
    this.java.end()
    await this.ended
  }
}
