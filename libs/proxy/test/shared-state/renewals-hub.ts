import { encodeReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import type { HeldMessage, Holding, SharedRenewals } from '../../src/shared-state/shared-renewals'

const OVER = 'OVER'

/** What Redis does for proxies, in the memory of a test. */
export class RenewalsHub {
  private readonly held = new Map<string, { owner: string; message: HeldMessage | null }>()
  private readonly clients = new Set<string>()
  private readonly dead = new Set<string>()
  private proxyCount = 0

  proxy(): SharedRenewals & { die(): void } {
    const id = `proxy-${(this.proxyCount += 1)}`
    const tell = (message: HeldMessage): Holding => {
      const known = this.held.get(keyOf(message))
      if (known !== undefined && known.owner !== id) return known.owner === OVER ? 'OVER' : 'OF_ANOTHER'
      this.held.set(keyOf(message), { owner: id, message: { ...message } })
      return 'OURS'
    }
    return {
      isShared: true,
      isHolder: true,
      onForgotten: () => undefined,
      tell: messages => Promise.resolve(messages.map(tell)),
      drop: message => {
        if (this.held.get(keyOf(message))?.owner === id) this.held.delete(keyOf(message))
        return Promise.resolve()
      },
      take: (clientId, handle) => {
        const message = this.held.get(keyOf({ clientId, handle }))?.message ?? null
        this.held.set(keyOf({ clientId, handle }), { owner: OVER, message })
        return Promise.resolve(message === null ? null : encodeReceiptHandle(message.receipt.handle))
      },
      takeOver: () => {
        const left = [...this.held.values()].filter(({ owner }) => this.dead.has(owner))
        for (const entry of left) entry.owner = id
        return Promise.resolve(left.flatMap(({ message }) => message ?? []))
      },
      handOver: () => {
        this.dead.add(id)
        return Promise.resolve(this.dead.size < this.proxyCount)
      },
      clientSeen: clientId => void this.clients.add(clientId),
      clientLeft: clientId => void this.clients.delete(clientId),
      isClientSomewhere: clientId => Promise.resolve(this.clients.has(clientId)),
      die: () => void this.dead.add(id),
    }
  }
}

function keyOf({ clientId, handle }: Pick<HeldMessage, 'clientId' | 'handle'>): string {
  return `${clientId} ${handle}`
}
