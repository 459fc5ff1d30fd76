import type { Clock } from '@rocketmq-ts/base'
import { delay } from '@rocketmq-ts/base'
import type { MessageFilter } from '../../messaging/receive-messages'
import { giveBack } from '../give-back'
import type { HttpRooms } from '../http-rooms'
import { problemOf } from '../problems'
import { RECEIVE_COUNT_MAX, shown } from '../routes/receive'
import type { Problem } from '../shapes/problem'
import type { Received } from '../shapes/received-message'
import type { HeldMessages } from './deliveries'

/** What a client wants of a topic. */
export interface Wishes {
  readonly group: string
  readonly topic: string
  /** Of a lite group: who has subscribed. */
  readonly clientId: string | null
  /** Of the client: it calls the topic as there. */
  readonly namespace: string
  /** Messages that it takes before it has settled any. */
  readonly credit: number
  readonly invisibleMs: number
  readonly filter: MessageFilter
}

/** Where messages go: the connection of one client. */
export interface Outlet {
  deliver(message: Received): void
  /** Resolves when all of it has left for the network, or never will. */
  flushed(): Promise<void>
  /** Why nothing comes for the moment, or, with 4xx, ever. */
  fail(problem: Problem): void
}

type Rooms = Pick<HttpRooms, 'config' | 'log' | 'messaging'> & { readonly clock: Clock }

/** After a failure that may pass, and before a broker is asked again that answers at once that there is nothing. */
const RETRY_MS = 1000
const CLIENT_ERRORS = { from: 400, until: 500, busy: 429 } as const

/**
 * Receives for one client, as long as it is there: as many messages at a time as it has credit for, and the next ones when
 * these have left, so that no more than one answer of a broker is in memory.
 */
export class Subscription {
  private isOver = false

  constructor(
    private wishes: Wishes,
    private readonly held: HeldMessages,
    private readonly outlet: Outlet,
    private readonly rooms: Rooms,
  ) {}

  /** Until `end`, or until it is told that this cannot work. Never rejects. */
  async run(): Promise<void> {
    while (!this.hasEnded()) {
      try {
        await this.outlet.flushed()
        const room = this.wishes.credit - this.held.count()
        if (room > 0) await this.receive(room)
        else await this.held.change()
      } catch (error) {
        await this.tell(problemOf(error))
      }
    }
  }

  /** From the next message on. */
  change(wishes: Wishes): void {
    this.wishes = wishes
    this.held.wake()
  }

  /** Nothing is delivered from now on; what was, and is not settled, comes again soon. Resolves when brokers know. */
  async end(): Promise<void> {
    this.isOver = true
    this.held.wake()
    await giveBack(this.held.takeAll(), { ...this.rooms, wasUsed: true })
  }

  /** To be asked again after each wait. */
  private hasEnded(): boolean {
    return this.isOver
  }

  private async receive(room: number): Promise<void> {
    const { messaging, config, clock } = this.rooms
    const { group, topic, clientId, namespace, invisibleMs, filter } = this.wishes
    const { consumeMessageOrderly: isOrdered } = await messaging.metadata.groupConfig(group, topic)
    if (this.hasEnded()) return
    const askedMs = clock.monotonicMs()
    const messages = await messaging.receive({
      ...{ group, topic, invisibleMs, filter, isOrdered, clientId, brokerName: '', attemptId: null },
      messageCountMax: Math.min(room, RECEIVE_COUNT_MAX),
      pollMs: config.grpcClientConsumerMaxLongPollingTimeoutMillis,
    })
    const deliveries = await Promise.all(messages.map(message => shown(message, namespace)))
    const receipts = messages.map(({ receiptHandle }) => ({ group, topic, handle: receiptHandle }))
    if (this.hasEnded()) {
      await giveBack(receipts, { ...this.rooms, wasUsed: false })
      return
    }
    for (const receipt of receipts) this.held.hold(receipt)
    for (const message of deliveries) this.outlet.deliver(message)
    // One that stops lets nobody wait; and one in this process would get no other turn.
    if (messages.length === 0 && clock.monotonicMs() - askedMs < RETRY_MS) await delay(clock, RETRY_MS)
  }

  private async tell(problem: Problem): Promise<void> {
    if (this.hasEnded()) return
    this.outlet.fail(problem)
    const isFinal = problem.status >= CLIENT_ERRORS.from && problem.status < CLIENT_ERRORS.until
    if (isFinal && problem.status !== CLIENT_ERRORS.busy) await this.end()
    else await delay(this.rooms.clock, RETRY_MS)
  }
}
