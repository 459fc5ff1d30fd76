/** Things of clients, each with a key of its own, counted by client. */
export class ByClient<T extends { readonly clientId: string }> implements Iterable<[string, T]> {
  private readonly byKey = new Map<string, T>()
  private readonly counts = new Map<string, number>()

  get size(): number {
    return this.byKey.size
  }

  /** Those of one client. */
  countOf(clientId: string): number {
    return this.counts.get(clientId) ?? 0
  }

  get(key: string): T | undefined {
    return this.byKey.get(key)
  }

  set(key: string, value: T): void {
    this.delete(key)
    this.byKey.set(key, value)
    this.counts.set(value.clientId, this.countOf(value.clientId) + 1)
  }

  delete(key: string): void {
    const value = this.byKey.get(key)
    if (value === undefined) return
    this.byKey.delete(key)
    const count = this.countOf(value.clientId) - 1
    if (count === 0) this.counts.delete(value.clientId)
    else this.counts.set(value.clientId, count)
  }

  clear(): void {
    this.byKey.clear()
    this.counts.clear()
  }

  values(): IterableIterator<T> {
    return this.byKey.values()
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.byKey.entries()
  }
}
