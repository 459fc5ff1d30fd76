import type { Receipt } from '../messaging/receipts'

/** A message that a client works on, and that a proxy keeps hidden meanwhile. */
export interface HeldMessage {
  readonly clientId: string
  /** The receipt handle that the client has: the message is named by it. */
  readonly handle: string
  /** The newest one, by which brokers know the message. */
  readonly receipt: Receipt
  /** How often it was delivered before. */
  readonly reconsumeTimes: number
  readonly sinceMs: number
  readonly renewCount: number
}

/** Whose a message is: of the proxy that asks, of another one by now, or of nobody, as its client was done with it. */
export type Holding = 'OURS' | 'OF_ANOTHER' | 'OVER'

/**
 * Messages under renewal, as far as other proxies have to know of them: a client may ask any proxy, and when a proxy dies
 * another goes on with what it held. Nothing here ever fails; what cannot be known is answered as if there were no others.
 */
export interface SharedRenewals {
  /** False: there are no others, and nothing has to be told. */
  readonly isShared: boolean
  /** `listener` is called when others may have forgotten all that this proxy told them. */
  onForgotten(listener: () => void): void
  /**
   * Tells others of messages, as they are now. While one is `busy`, for `BUSY_MS` at most, nobody else touches it.
   */
  tell(messages: readonly HeldMessage[], isBusy: boolean): Promise<readonly Holding[]>
  /** This proxy holds it no more. */
  drop(message: HeldMessage): Promise<void>
  /** False: this proxy was away for so long that others may have taken over what it holds. */
  readonly isHolder: boolean
  /** From whoever holds it; it is over with that. The newest receipt handle, null if nobody knows a newer one. */
  take(clientId: string, handle: string): Promise<string | null>
  /** Messages of proxies that have died: this one holds them from now on. */
  takeOver(): Promise<readonly HeldMessage[]>
  /** At a stop: all that this proxy told others is for them. False: there are no others. */
  handOver(): Promise<boolean>
  /** The client is with this proxy now. */
  clientSeen(clientId: string): void
  clientLeft(clientId: string): void
  /** Whether the client was seen by any proxy of late; null: that cannot be known. */
  isClientSomewhere(clientId: string): Promise<boolean | null>
}

/** For a proxy that is alone. */
export const renewalsAlone: SharedRenewals = {
  isShared: false,
  isHolder: true,
  onForgotten: () => undefined,
  tell: messages => Promise.resolve(messages.map(() => 'OURS')),
  drop: () => Promise.resolve(),
  take: () => Promise.resolve(null),
  takeOver: () => Promise.resolve([]),
  handOver: () => Promise.resolve(false),
  clientSeen: () => undefined,
  clientLeft: () => undefined,
  isClientSomewhere: () => Promise.resolve(false),
}
