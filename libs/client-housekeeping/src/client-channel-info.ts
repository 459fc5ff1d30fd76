import type { LanguageCode } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'

/** A producer or consumer as its heartbeat describes it. */
export interface Client {
  readonly channel: Channel
  readonly clientId: string
  /** Null if the peer sent one that we do not know. */
  readonly language: LanguageCode | null
  /** MQVersion ordinal. */
  readonly version: number
}

/** A client in a group's table. One object per group and channel. Source: broker/client/ClientChannelInfo.java */
export interface ClientChannelInfo extends Client {
  /** When its last heartbeat came, ms since the epoch. */
  lastUpdateTimestamp: number
}
