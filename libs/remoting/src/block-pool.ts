export const BLOCK_BYTES = 64 * 1024

/** Buffers that answers are written into: taken for a tick, given back when a socket has the bytes. */
export class BlockPool {
  private readonly free: Buffer[] = []

  /** Blocks beyond `keptMax` that come back are left to the garbage collector. */
  constructor(private readonly keptMax = 64) {}

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
  }

  give(block: Buffer): void {
    if (this.free.length < this.keptMax) this.free.push(block)
  }
}
