import type { Clock, Timer } from '@rocketmq-ts/base'
import type { HeldBytes } from './held-bytes'
import type { RemotingConnection } from './remoting-connection'

const SWEEP_PERIOD_MS = 1000

/** The connections of one server or client, looked at every second. */
export class OpenConnections {
  private readonly connections = new Set<RemotingConnection>()
  private onEmpty: (() => void) | null = null

  constructor(private readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs'>) {}

  add(connection: RemotingConnection): void {
    this.connections.add(connection)
  }

  delete(connection: RemotingConnection): void {
    this.connections.delete(connection)
    if (this.connections.size === 0) this.onEmpty?.()
  }

  /** Every second closes those that are idle or stuck; `alsoEverySecond` is called with the time. */
  sweepRegularly(alsoEverySecond: (nowMs: number) => void): Timer {
    return this.clock.every(SWEEP_PERIOD_MS, () => {
      const nowMs = this.clock.monotonicMs()
      for (const connection of this.connections) connection.sweep(nowMs)
      alsoEverySecond(nowMs)
    })
  }

  /** Closes those that hold the most until the others are within the limit. */
  closeHeaviest({ bytesMax, shareBytes }: Pick<HeldBytes, 'bytesMax' | 'shareBytes'>): void {
    const open = [...this.connections].filter(connection => connection.isOpen)
    let bytes = open.reduce((sum, { heldBytes }) => sum + heldBytes, 0)
    const heavy = open.filter(({ heldBytes }) => heldBytes > shareBytes).sort((a, b) => b.heldBytes - a.heldBytes)
    for (const connection of heavy) {
      if (bytes <= bytesMax) return
      bytes -= connection.heldBytes
      connection.breakHeaviest()
    }
  }

  finishAll(): void {
    for (const connection of this.connections) connection.finish()
  }

  destroyAll(): void {
    for (const connection of this.connections) connection.destroy()
  }

  /** Resolves when the last one is gone, or after the time. */
  async emptyWithin(limitMs: number): Promise<void> {
    if (this.connections.size === 0) return
    await new Promise<void>(resolve => {
      const timer = this.clock.after(limitMs, resolve)
      this.onEmpty = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}
