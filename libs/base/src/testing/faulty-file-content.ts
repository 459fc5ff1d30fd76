const PAGE_BYTES = 4096

/** One file: what the page cache has, and what of it a loss of power would leave. */
export class FaultyFileContent {
  sizeBytes = 0
  durableBytes = 0
  modifiedMs = 0
  /** True when a loss of power leaves the name. */
  isNameDurable = false
  readonly pages = new Map<number, Buffer>()
  readonly durablePages = new Map<number, Buffer>()
  /** Not synced, with the number of the change that made them so. */
  readonly dirtyPages = new Map<number, number>()
  private changeCount = 0

  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length;) {
      const index = Math.floor((at + done) / PAGE_BYTES)
      const pageAt = (at + done) % PAGE_BYTES
      const length = Math.min(bytes.length - done, PAGE_BYTES - pageAt)
      this.pageToWrite(index).set(bytes.subarray(done, done + length), pageAt)
      done += length
    }
    this.sizeBytes = Math.max(this.sizeBytes, at + bytes.length)
  }

  read(into: Uint8Array, intoAt: number, length: number, at: number): number {
    const end = Math.min(at + length, this.sizeBytes)
    for (let next = at; next < end;) {
      const pageAt = next % PAGE_BYTES
      const count = Math.min(end - next, PAGE_BYTES - pageAt)
      const page = this.pages.get(Math.floor(next / PAGE_BYTES))
      const target = intoAt + next - at
      if (page === undefined) into.fill(0, target, target + count)
      else into.set(page.subarray(pageAt, pageAt + count), target)
      next += count
    }
    return Math.max(0, end - at)
  }

  truncate(bytes: number): void {
    for (const index of [...this.pages.keys()]) {
      if (index * PAGE_BYTES >= bytes) {
        this.pages.delete(index)
        this.soil(index)
      } else if ((index + 1) * PAGE_BYTES > bytes) this.pageToWrite(index).fill(0, bytes % PAGE_BYTES)
    }
    this.sizeBytes = bytes
  }

  /** Takes what there is now; the function that it returns makes that durable. */
  snapshot(): () => void {
    const pages = [...this.dirtyPages].map(([index, change]) => ({
      index,
      change,
      page: copyOf(this.pages.get(index)),
    }))
    const { sizeBytes } = this
    return () => {
      for (const { index, change, page } of pages) {
        setPage(this.durablePages, index, page)
        if (this.dirtyPages.get(index) === change) this.dirtyPages.delete(index)
      }
      this.durableBytes = sizeBytes
    }
  }

  /** Of the pages that nobody has synced, those stay for which `survives`. */
  losePower(survives: (pageIndex: number) => boolean): void {
    for (const index of this.dirtyPages.keys()) {
      if (survives(index)) setPage(this.durablePages, index, copyOf(this.pages.get(index)))
    }
    if (this.sizeBytes !== this.durableBytes && survives(-1)) this.durableBytes = this.sizeBytes
    this.dirtyPages.clear()
    this.pages.clear()
    this.sizeBytes = this.durableBytes
    for (const [index, page] of this.durablePages) {
      if (index * PAGE_BYTES >= this.durableBytes) this.durablePages.delete(index)
      else this.pages.set(index, Buffer.from(page))
    }
  }

  private pageToWrite(index: number): Buffer {
    let page = this.pages.get(index)
    if (page === undefined) {
      page = Buffer.alloc(PAGE_BYTES)
      this.pages.set(index, page)
    }
    this.soil(index)
    return page
  }

  private soil(index: number): void {
    this.changeCount += 1
    this.dirtyPages.set(index, this.changeCount)
  }
}

function copyOf(page: Buffer | undefined): Buffer | null {
  return page === undefined ? null : Buffer.from(page)
}

function setPage(pages: Map<number, Buffer>, index: number, page: Buffer | null): void {
  if (page === null) pages.delete(index)
  else pages.set(index, page)
}
