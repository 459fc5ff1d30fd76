import type { ConsumerData } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import type { Client, ClientChannelInfo } from '../client-channel-info'
import { subscriptionKinds } from './subscription-kinds'
import type { SubscriptionKind } from './subscription-kinds'
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
  /** Of the members that have said what they subscribe to. */
  private readonly subscriptionTexts = new Map<Channel, string>()
  /** What the members' different subscriptions were when they were last reported; empty while all are the same. */
  reportedKinds = ''
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

  /** Notes what a member subscribes to; true if it is something else than before. */
  subscribe(channel: Channel, text: string): boolean {
    if (this.subscriptionTexts.get(channel) === text) return false
    this.subscriptionTexts.set(channel, text)
    return true
  }

  /** The member that was removed, or null. */
  removeChannel(channel: Channel): ClientChannelInfo | null {
    const info = this.channelInfoTable.get(channel) ?? null
    this.channelInfoTable.delete(channel)
    this.subscriptionTexts.delete(channel)
    return info
  }

  /** The members by what they subscribe to. */
  subscriptionKinds(): readonly SubscriptionKind[] {
    return subscriptionKinds(
      [...this.subscriptionTexts].map(([channel, text]) => {
        return { clientId: this.channelInfoTable.get(channel)?.clientId ?? '', text }
      }),
    )
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
