/** A file that can give up its descriptor and take a new one at its next use. */
export interface Closable {
  /** False while an operation is under way. */
  closeIfIdle(): boolean
}

/** Keeps the number of descriptors of many files under a limit: the one opened longest ago goes first. */
export class OpenFiles {
  private readonly files = new Set<Closable>()

  constructor(private readonly countMax: number) {}

  get count(): number {
    return this.files.size
  }

  opened(file: Closable): void {
    if (this.files.size >= this.countMax) this.closeOne()
    this.files.add(file)
  }

  closed(file: Closable): void {
    this.files.delete(file)
  }

  /** Closes all that are idle. */
  closeAll(): void {
    for (const file of [...this.files]) file.closeIfIdle()
  }

  private closeOne(): void {
    for (const file of this.files) {
      if (file.closeIfIdle()) return
    }
  }
}
