/** Something with a time at which it must be done; `heapIndex` belongs to the queue that it is in. */
export interface Deadlined {
  readonly deadlineMs: number
  /** Where it stands in its DeadlineQueue, -1 in none. */
  heapIndex: number
}

/**
 * Always knows whose deadline comes first: a binary heap in which every item knows its place, so that one which is
 * done early leaves at once instead of lingering until its time.
 *
 *          0                 no item is due before its parent,
 *        /   \               (index - 1) >> 1
 *       1     2
 *      / \   / \
 *     3   4 5   6
 */
export class DeadlineQueue<T extends Deadlined> {
  private readonly heap: T[] = []

  get size(): number {
    return this.heap.length
  }

  first(): T | null {
    return this.heap[0] ?? null
  }

  add(item: T): void {
    this.heap.push(item)
    this.rise(item, this.heap.length - 1)
  }

  /** Does nothing if the item is not in the queue. */
  remove(item: T): void {
    const index = item.heapIndex
    if (index < 0) return
    item.heapIndex = -1
    const last = this.heap.pop()
    if (last === undefined || last === item) return
    this.rise(last, index)
    this.sink(last, last.heapIndex)
  }

  private rise(item: T, from: number): void {
    let index = from
    while (index > 0) {
      const parent = this.heap[(index - 1) >> 1] as T
      if (parent.deadlineMs <= item.deadlineMs) break
      this.place(parent, index)
      index = (index - 1) >> 1
    }
    this.place(item, index)
  }

  private sink(item: T, from: number): void {
    let index = from
    for (;;) {
      const child = this.earlierChildOf(index)
      if (child === null || child.deadlineMs >= item.deadlineMs) break
      const childIndex = child.heapIndex
      this.place(child, index)
      index = childIndex
    }
    this.place(item, index)
  }

  private earlierChildOf(index: number): T | null {
    const left = this.heap[2 * index + 1]
    const right = this.heap[2 * index + 2]
    if (left === undefined) return null
    return right !== undefined && right.deadlineMs < left.deadlineMs ? right : left
  }

  private place(item: T, index: number): void {
    this.heap[index] = item
    item.heapIndex = index
  }
}
