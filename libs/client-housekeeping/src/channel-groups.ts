import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'

/**
 * How many groups one connection may be in, per table. A proxy announces the groups of all its clients on one
 * connection, hence so many.
 */
export const GROUPS_PER_CHANNEL_MAX = 10_000

/** A connection announced more groups than a broker keeps for one. */
export class TooManyGroupsError extends RefusedError {
  readonly code = 'RMQ_TOO_MANY_GROUPS'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(remoteAddress: string) {
    super(`connection ${remoteAddress} is in ${GROUPS_PER_CHANNEL_MAX} groups, which is the most one may be in`)
  }
}

/** Which groups a channel is in, so that losing it costs those groups and not a walk over all. */
export class ChannelGroups {
  private readonly groupsOf = new Map<Channel, Set<string>>()

  /** Throws TooManyGroupsError. */
  add(channel: Channel, group: string): void {
    const groups = this.groupsOf.get(channel)
    if (groups === undefined) {
      this.groupsOf.set(channel, new Set([group]))
      return
    }
    if (groups.size >= GROUPS_PER_CHANNEL_MAX && !groups.has(group)) throw new TooManyGroupsError(channel.remoteAddress)
    groups.add(group)
  }

  remove(channel: Channel, group: string): void {
    const groups = this.groupsOf.get(channel)
    if (groups === undefined) return
    groups.delete(group)
    if (groups.size === 0) this.groupsOf.delete(channel)
  }

  /** A copy: the caller removes from the table while it walks. */
  of(channel: Channel): readonly string[] {
    return [...(this.groupsOf.get(channel) ?? [])]
  }
}
