import type { Clock } from '@rocketmq-ts/base'

type TrafficClock = Pick<Clock, 'monotonicMs'>

const WINDOW_SECONDS = 10
const MS_PER_SECOND = 1000

/** Things in a second, over the last ten. */
export class Rate {
  /** The one that is filled now, and the window. */
  private readonly seconds = Array.from({ length: WINDOW_SECONDS + 1 }, () => ({ second: -1, count: 0 }))

  constructor(private readonly clock: TrafficClock) {}

  add(count: number): void {
    const second = this.now()
    const slot = this.seconds[second % this.seconds.length]
    if (slot === undefined) return
    if (slot.second !== second) Object.assign(slot, { second, count: 0 })
    slot.count += count
  }

  perSecond(): number {
    const now = this.now()
    const isWhole = (second: number): boolean => second >= now - WINDOW_SECONDS && second < now
    return this.seconds.reduce((sum, { second, count }) => (isWhole(second) ? sum + count : sum), 0) / WINDOW_SECONDS
  }

  private now(): number {
    return Math.floor(this.clock.monotonicMs() / MS_PER_SECOND)
  }
}

/** Messages that come in to be sent, and that go out to consumers that pop. */
export class Traffic {
  readonly in: Rate
  readonly out: Rate

  constructor({ clock }: { readonly clock: TrafficClock }) {
    this.in = new Rate(clock)
    this.out = new Rate(clock)
  }

  countingIn<Messages extends readonly unknown[], Sent>(
    send: (messages: Messages) => Promise<Sent>,
  ): (messages: Messages) => Promise<Sent> {
    return messages => {
      this.in.add(messages.length)
      return send(messages)
    }
  }

  countingOut<Request, Message>(
    receive: (request: Request) => Promise<readonly Message[]>,
  ): (request: Request) => Promise<readonly Message[]> {
    return async request => {
      const messages = await receive(request)
      this.out.add(messages.length)
      return messages
    }
  }
}
