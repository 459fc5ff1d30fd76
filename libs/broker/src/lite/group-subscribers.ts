import type { SubscribersByGroup } from './lite-client'

const NOBODY: SubscribersByGroup = new Map()

/** Who subscribes to what: the clients of each group, by queue or by parent topic. */
export class GroupSubscribers {
  private readonly byName = new Map<string, Map<string, Set<string>>>()

  of(name: string): SubscribersByGroup {
    return this.byName.get(name) ?? NOBODY
  }

  add(name: string, group: string, clientId: string): void {
    let groups = this.byName.get(name)
    if (groups === undefined) this.byName.set(name, (groups = new Map<string, Set<string>>()))
    const clientIds = groups.get(group)
    if (clientIds === undefined) groups.set(group, new Set([clientId]))
    else clientIds.add(clientId)
  }

  remove(name: string, group: string, clientId: string): void {
    const groups = this.byName.get(name)
    const clientIds = groups?.get(group)
    if (clientIds?.delete(clientId) !== true || clientIds.size > 0) return
    groups?.delete(group)
    if (groups?.size === 0) this.byName.delete(name)
  }
}
