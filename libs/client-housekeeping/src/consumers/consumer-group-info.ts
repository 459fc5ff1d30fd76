import type { ConsumerData } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import type { Client, ClientChannelInfo } from '../client-channel-info'
import { SubscriptionTable } from './subscription-table'

/** How a group consumes, as its last heartbeat said it. */
export type ConsumeManner = Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>

/**
 * A consumer group with members. A member is a channel: two connections with one client id are two members.
 * Source: broker/client/ConsumerGroupInfo.java
 */
export class ConsumerGroupInfo {
  readonly subscriptions = new SubscriptionTable()
  private readonly channelInfoTable = new Map<Channel, ClientChannelInfo>()
  /** Of the last heartbeat that had one, else 0. */
  heartbeatFingerprint = 0

  constructor(
    readonly groupName: string,
    public manner: ConsumeManner,
  ) {}

  get isBroadcasting(): boolean {
    return this.manner.messageModel === 'BROADCASTING'
  }

  /** Adds or renews a member; true if its channel is new. */
  updateChannel(client: Client, nowMs: number): boolean {
    const known = this.channelInfoTable.get(client.channel)
    if (known?.clientId === client.clientId) known.lastUpdateTimestamp = nowMs
    else this.channelInfoTable.set(client.channel, { ...client, lastUpdateTimestamp: nowMs })
    return known === undefined
  }

  /** The member that was removed, or null. */
  removeChannel(channel: Channel): ClientChannelInfo | null {
    const info = this.channelInfoTable.get(channel) ?? null
    this.channelInfoTable.delete(channel)
    return info
  }

  /** Any member with this client id, or null. */
  findClient(clientId: string): ClientChannelInfo | null {
    for (const info of this.channelInfoTable.values()) if (info.clientId === clientId) return info
    return null
  }

  findChannel(channel: Channel): ClientChannelInfo | null {
    return this.channelInfoTable.get(channel) ?? null
  }

  /** Oldest first. */
  members(): readonly ClientChannelInfo[] {
    return [...this.channelInfoTable.values()]
  }

  channels(): readonly Channel[] {
    return [...this.channelInfoTable.keys()]
  }

  get isEmpty(): boolean {
    return this.channelInfoTable.size === 0
  }
}
