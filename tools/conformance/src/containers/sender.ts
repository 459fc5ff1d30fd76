import { eventually } from '../store/eventually'

const PATIENCE_MS = 60_000

/** Resolves when a message with that body is acknowledged. */
export type Send = (body: string) => Promise<void>

/** Sends one message after the other; when one way fails it goes on with the next, as an application does. */
export class Sender {
  /** Bodies of messages that were acknowledged. */
  readonly acknowledged: string[] = []
  private sentCount = 0
  private wayIndex = 0
  private lastFailure: unknown = null
  private isStopped = false
  private ended: Promise<void> = Promise.resolve()

  constructor(
    private readonly name: string,
    private readonly ways: readonly Send[],
  ) {}

  start(): void {
    this.ended = this.sendUntilStopped()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.ended
  }

  /** Resolves when so many more are acknowledged. */
  async acknowledge(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count
    const isDone = (): Promise<boolean> => Promise.resolve(this.acknowledged.length >= wanted)
    if (await eventually(isDone, { patienceMs: PATIENCE_MS })) return
    throw new Error(`${this.name} does not go on: ${this.acknowledged.length} of ${wanted}`, {
      cause: this.lastFailure,
    })
  }

  private async sendUntilStopped(): Promise<void> {
    while (!this.isStopped) {
      const body = `${this.name} ${this.sentCount}`
      this.sentCount += 1
      try {
        await this.ways[this.wayIndex % this.ways.length]?.(body)
        this.acknowledged.push(body)
      } catch (error) {
        this.lastFailure = error
        this.wayIndex += 1
      }
    }
  }
}
