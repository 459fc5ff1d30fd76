import type { Clock } from '@rocketmq-ts/base'
import type { Receipt } from '../../messaging/receipts'
import type { ReceiptHandle } from '../../receipt-handles/receipt-handle'
import { encodeReceiptHandle, visibleAtMs } from '../../receipt-handles/receipt-handle'

/** What streams have delivered and nobody has settled yet, by receipt handle: whoever settles it makes room in its stream. */
export class Deliveries {
  private readonly holders = new Map<string, HeldMessages>()

  constructor(private readonly clock: Pick<Clock, 'after' | 'nowMs'>) {}

  /** For one more stream. */
  open(): HeldMessages {
    return new HeldMessages(this.holders, this.clock)
  }

  /** The message is done, or is for others: its stream may deliver another one. */
  settled(handle: string): void {
    this.holders.get(handle)?.settled(handle)
  }

  /** The message stays with its consumer, under another handle. */
  replaced(handle: string, next: ReceiptHandle): void {
    this.holders.get(handle)?.replaced(handle, next)
  }
}

/** What one stream has delivered and its client has not settled. What comes again because its time is over does not count. */
export class HeldMessages {
  private readonly receipts = new Map<string, Receipt>()
  /** Whoever waits for a change looks again. */
  wake: () => void = () => undefined

  constructor(
    private readonly holders: Map<string, HeldMessages>,
    private readonly clock: Pick<Clock, 'after' | 'nowMs'>,
  ) {}

  hold(receipt: Receipt): void {
    const handle = encodeReceiptHandle(receipt.handle)
    this.receipts.set(handle, receipt)
    this.holders.set(handle, this)
  }

  settled(handle: string): void {
    this.forget(handle)
    this.wake()
  }

  replaced(handle: string, next: ReceiptHandle): void {
    const receipt = this.receipts.get(handle)
    if (receipt === undefined) return
    this.forget(handle)
    this.hold({ ...receipt, handle: next })
    this.wake() // it may be hidden for a shorter time than before
  }

  /** What is still hidden from others. */
  count(): number {
    const nowMs = this.clock.nowMs()
    for (const [handle, { handle: parts }] of this.receipts) if (visibleAtMs(parts) <= nowMs) this.forget(handle)
    return this.receipts.size
  }

  /** Resolves when there may be fewer. */
  async change(): Promise<void> {
    const ends = [...this.receipts.values()].map(({ handle }) => visibleAtMs(handle))
    const timer = this.clock.after(Math.max(0, Math.min(...ends) - this.clock.nowMs()), () => this.wake())
    await new Promise<void>(resolve => (this.wake = resolve))
    timer.cancel()
  }

  /** All of them, which are not held any more. */
  takeAll(): readonly Receipt[] {
    if (this.count() === 0) return []
    const receipts = [...this.receipts.values()]
    for (const handle of [...this.receipts.keys()]) this.forget(handle)
    return receipts
  }

  private forget(handle: string): void {
    this.receipts.delete(handle)
    this.holders.delete(handle)
  }
}
