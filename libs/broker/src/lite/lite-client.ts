import type { Channel } from '@rocketmq-ts/remoting'

/** Who asks for a subscription. */
export interface LiteSubscriber {
  readonly clientId: string
  readonly group: string
  /** The parent. */
  readonly topic: string
  /** Where it is told what it has lost. */
  readonly channel: Pick<Channel, 'sendOneway'>
}

/** A client and the lite topics that it subscribes to. */
export interface LiteClient extends LiteSubscriber {
  /** Of the lite topics that this broker has. */
  readonly queueNames: ReadonlySet<string>
  /** Its group has all lite topics of the parent. */
  readonly isWildcard: boolean
  /** When it last said so. */
  readonly updatedMs: number
}

/** Of all groups that a queue has subscribers in: their clients. */
export type SubscribersByGroup = ReadonlyMap<string, ReadonlySet<string>>
