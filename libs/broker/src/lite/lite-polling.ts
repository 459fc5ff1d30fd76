import type { Component } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import { WaitingRoom } from '../long-polling/waiting-room'
import type { Waiter, WaitingRoomDeps } from '../long-polling/waiting-room'
import type { PollingResult } from '../pop/pop-long-polling-service'

/** A pop that found nothing in the lite topics of its client. */
export interface WaitingLitePop extends Waiter {
  readonly clientId: string
  readonly group: string
}

/** Where pops wait for messages of lite topics. Source: broker/longpolling/PopLiteLongPollingService.java */
export class LitePolling implements Component, ChannelEventListener {
  private readonly byClient = new Map<string, Set<WaitingLitePop>>()
  private readonly room: WaitingRoom<WaitingLitePop>

  constructor(
    private readonly config: Pick<BrokerConfig, 'maxPopPollingSize' | 'popPollingSize'>,
    private readonly deps: { readonly clock: WaitingRoomDeps<WaitingLitePop>['clock'] },
  ) {
    this.room = new WaitingRoom({ clock: deps.clock, onLeave: waiting => this.forget(waiting) })
  }

  start(): Promise<void> {
    this.room.open()
    return Promise.resolve()
  }

  /** Resumes all that wait, so that each can be answered, and holds nothing more. */
  stop(): Promise<void> {
    this.room.close()
    return Promise.resolve()
  }

  hold(waiting: WaitingLitePop): PollingResult {
    if (!this.room.admits(waiting) || waiting.deadlineMs <= this.deps.clock.monotonicMs()) return 'NOT_POLLING'
    if (this.room.size >= this.config.maxPopPollingSize) return 'POLLING_FULL'
    const key = keyOf(waiting.clientId, waiting.group)
    const ofClient = this.byClient.get(key) ?? new Set<WaitingLitePop>()
    if (ofClient.size > this.config.popPollingSize) return 'POLLING_FULL'
    this.byClient.set(key, ofClient.add(waiting))
    this.room.enter(waiting)
    return 'POLLING'
  }

  /** There is something for the client: the pop that waits longest may look. */
  wake(clientId: string, group: string): void {
    for (const waiting of this.byClient.get(keyOf(clientId, group)) ?? []) {
      this.room.wake(waiting)
      return
    }
  }

  onClose(channel: Pick<Channel, 'id'>): void {
    this.room.leaveAllOf(channel)
  }

  private forget(waiting: WaitingLitePop): void {
    const key = keyOf(waiting.clientId, waiting.group)
    const ofClient = this.byClient.get(key)
    if (ofClient?.delete(waiting) === true && ofClient.size === 0) this.byClient.delete(key)
  }
}

function keyOf(clientId: string, group: string): string {
  return `${clientId}@${group}`
}
