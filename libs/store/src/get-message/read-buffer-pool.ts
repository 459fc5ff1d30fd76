const SIZES = [16 * 1024, 64 * 1024, 256 * 1024, 1024 ** 2]
const POOLED_BYTES_MAX = 16 * 1024 ** 2

/** Buffers for what is read from the disk, used again and again. */
export class ReadBufferPool {
  private readonly free = new Map<number, Buffer[]>(SIZES.map(bytes => [bytes, []]))
  private pooledBytes = 0

  /** At least `bytes` long. What it holds is left over: read no further than was written. */
  take(bytes: number): Buffer {
    const size = SIZES.find(candidate => candidate >= bytes) ?? bytes
    const buffer = this.free.get(size)?.pop()
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size)
    this.pooledBytes -= size
    return buffer
  }

  giveBack(buffer: Buffer): void {
    const free = this.free.get(buffer.length)
    if (free === undefined || this.pooledBytes + buffer.length > POOLED_BYTES_MAX) return
    free.push(buffer)
    this.pooledBytes += buffer.length
  }
}
