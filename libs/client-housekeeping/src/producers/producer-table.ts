import type { Clock, Log } from '@rocketmq-ts/base'
import type { Channel } from '@rocketmq-ts/remoting'
import { ChannelGroups } from '../channel-groups'
import type { Client, ClientChannelInfo } from '../client-channel-info'

export interface ProducerTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** The newest connection of a client id, and in how many groups it is. */
interface ClientConnection {
  readonly channel: Channel
  groupCount: number
}

/**
 * Who produces: by group, for transaction checks; by client id, for replies.
 *
 *   group ──> channel ──> ClientChannelInfo
 *   clientId ──> channel, the newest connection of that client
 *
 * Source: broker/client/ProducerManager.java
 */
export class ProducerTable {
  private readonly groupTable = new Map<string, Map<Channel, ClientChannelInfo>>()
  private readonly connections = new Map<string, ClientConnection>()
  private readonly channelGroups = new ChannelGroups()
  private checkCount = 0

  constructor(private readonly deps: ProducerTableDeps) {}

  /** Adds the client to the group or renews it. Throws TooManyGroupsError. */
  register(group: string, client: Client): void {
    const known = this.groupTable.get(group)?.get(client.channel)
    if (known === undefined) {
      this.add(group, client)
      return
    }
    known.lastUpdateTimestamp = this.deps.clock.nowMs()
    // A newer connection has come and gone: this one is the newest again.
    if (!this.connections.has(known.clientId)) this.connect(known)
  }

  /** True if the channel was in the group. */
  unregister(group: string, channel: Channel): boolean {
    const members = this.groupTable.get(group)
    const info = members?.get(channel)
    if (members === undefined || info === undefined) return false
    members.delete(channel)
    if (members.size === 0) this.groupTable.delete(group)
    this.channelGroups.remove(channel, group)
    this.disconnect(info)
    this.deps.log.info({ group, clientId: info.clientId, remoteAddress: channel.remoteAddress }, 'producer left')
    return true
  }

  /** The connection is gone: so is its client, from every group. */
  removeChannel(channel: Channel): void {
    for (const group of this.channelGroups.of(channel)) this.unregister(group, channel)
  }

  /** Removes and closes the channels whose last heartbeat is older than `expiredTimeoutMs`. */
  removeExpired(expiredTimeoutMs: number): void {
    const deadlineMs = this.deps.clock.nowMs() - expiredTimeoutMs
    for (const [group, members] of this.groupTable) {
      for (const { channel, lastUpdateTimestamp } of members.values()) {
        if (lastUpdateTimestamp >= deadlineMs) continue
        this.unregister(group, channel)
        channel.close('no producer heartbeat')
      }
    }
  }

  isGroupOnline(group: string): boolean {
    return this.groupTable.has(group)
  }

  /** The newest connection of a client, or null. */
  findChannel(clientId: string): Channel | null {
    return this.connections.get(clientId)?.channel ?? null
  }

  /** One open channel of the group, each time the next one, so that transaction checks spread; null if there is none. */
  nextAvailableChannel(group: string): Channel | null {
    const channels = [...(this.groupTable.get(group)?.keys() ?? [])]
    this.checkCount += 1
    for (let step = 0; step < channels.length; step += 1) {
      const channel = channels[(this.checkCount + step) % channels.length]
      if (channel?.isOpen === true) return channel
    }
    return null
  }

  /** Members of a group, oldest first; empty if there is no such group. */
  members(group: string): readonly ClientChannelInfo[] {
    return [...(this.groupTable.get(group)?.values() ?? [])]
  }

  /** Names of the groups with a member. */
  groups(): readonly string[] {
    return [...this.groupTable.keys()]
  }

  private add(group: string, client: Client): void {
    this.channelGroups.add(client.channel, group)
    let members = this.groupTable.get(group)
    if (members === undefined) this.groupTable.set(group, (members = new Map<Channel, ClientChannelInfo>()))
    members.set(client.channel, { ...client, lastUpdateTimestamp: this.deps.clock.nowMs() })
    this.connect(client)
    const { clientId, channel } = client
    this.deps.log.info({ group, clientId, remoteAddress: channel.remoteAddress }, 'producer joined')
  }

  private connect({ clientId, channel }: Client): void {
    const connection = this.connections.get(clientId)
    if (connection?.channel === channel) connection.groupCount += 1
    else this.connections.set(clientId, { channel, groupCount: 1 })
  }

  private disconnect({ clientId, channel }: Client): void {
    const connection = this.connections.get(clientId)
    if (connection?.channel !== channel) return
    connection.groupCount -= 1
    if (connection.groupCount === 0) this.connections.delete(clientId)
  }
}
