import type { Clock } from '@rocketmq-ts/base'
import type { MessageQueue } from '@rocketmq-ts/protocol'

export interface QueueLockTableLimits {
  /** A lock that was not renewed for longer than this is free for others. */
  readonly lockLiveMs: number
  /** Locks of all groups together; over it nothing new is locked until some expire. */
  readonly lockCountMax: number
}

export const queueLockTableLimits: QueueLockTableLimits = { lockLiveMs: 60_000, lockCountMax: 1_000_000 }

export interface QueueLockTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
}

/** What one client asks for. */
export interface QueueLockRequest {
  readonly group: string
  readonly clientId: string
  readonly queues: readonly MessageQueue[]
}

interface QueueLock {
  readonly clientId: string
  renewedMs: number
}

/**
 * Who consumes which queue in order: in each group one client holds the lock of a queue, and renews it every 20 s.
 * Source: broker/client/rebalance/RebalanceLockManager.java
 */
export class QueueLockTable {
  private readonly groups = new Map<string, Map<string, QueueLock>>()
  private lockCount = 0

  constructor(
    private readonly limits: QueueLockTableLimits,
    private readonly deps: QueueLockTableDeps,
  ) {}

  /** Locks or renews what no other client holds, and returns just those queues, as they were given. */
  lock({ group, clientId, queues }: QueueLockRequest): readonly MessageQueue[] {
    const nowMs = this.deps.clock.nowMs()
    return queues.filter(queue => this.lockOne(group, lockKeyOf(queue), clientId, nowMs))
  }

  /** Gives up the locks that the client holds; those of others stay. */
  unlock({ group, clientId, queues }: QueueLockRequest): void {
    const locks = this.groups.get(group)
    if (!locks) return
    for (const queue of queues) {
      const key = lockKeyOf(queue)
      if (locks.get(key)?.clientId === clientId) this.remove(locks, key)
    }
    if (locks.size === 0) this.groups.delete(group)
  }

  /** True while a client of the group holds a lock: the group consumes in order. */
  hasLocks(group: string): boolean {
    const locks = this.groups.get(group)
    if (!locks) return false
    const nowMs = this.deps.clock.nowMs()
    for (const lock of locks.values()) if (!this.isExpired(lock, nowMs)) return true
    return false
  }

  private lockOne(group: string, key: string, clientId: string, nowMs: number): boolean {
    const held = this.groups.get(group)?.get(key)
    if (held && held.clientId !== clientId && !this.isExpired(held, nowMs)) return false
    if (held?.clientId === clientId) {
      held.renewedMs = nowMs
      return true
    }
    if (!held && !this.hasRoom(nowMs)) return false
    this.locksOf(group).set(key, { clientId, renewedMs: nowMs })
    if (!held) this.lockCount += 1
    return true
  }

  private locksOf(group: string): Map<string, QueueLock> {
    let locks = this.groups.get(group)
    if (!locks) this.groups.set(group, (locks = new Map<string, QueueLock>()))
    return locks
  }

  private hasRoom(nowMs: number): boolean {
    if (this.lockCount >= this.limits.lockCountMax) this.removeExpired(nowMs)
    return this.lockCount < this.limits.lockCountMax
  }

  private removeExpired(nowMs: number): void {
    for (const [group, locks] of this.groups) {
      for (const [key, lock] of locks) if (this.isExpired(lock, nowMs)) this.remove(locks, key)
      if (locks.size === 0) this.groups.delete(group)
    }
  }

  private remove(locks: Map<string, QueueLock>, key: string): void {
    if (locks.delete(key)) this.lockCount -= 1
  }

  private isExpired(lock: QueueLock, nowMs: number): boolean {
    return nowMs - lock.renewedMs > this.limits.lockLiveMs
  }
}

/** A line feed is in no legal name. */
function lockKeyOf({ topic, brokerName, queueId }: MessageQueue): string {
  return `${topic}\n${brokerName}\n${queueId}`
}
