import { BadFrameError } from './errors'

const LENGTH_BYTES = 4
/** The serialize type and the length of the header: the least that a frame holds after its length. */
const MARK_BYTES = 4
/** The first allocation for a frame whose end has not arrived; from there on four times what has. */
const PARTIAL_BYTES = 16 * 1024
const EMPTY = Buffer.alloc(0)

/**
 * Cuts a stream of bytes into frames, in place.
 *
 *   0             4                                             4 + totalLength
 *   | totalLength | serializeType, header length, header, body |
 *   | int32       | at least 4 bytes                            |
 *
 * A frame within one chunk comes out as a part of it, not copied. One that a chunk's end cuts is collected in a buffer
 * that grows with what has arrived, never with what is only announced.
 */
export class FrameSplitter {
  private chunk: Buffer = EMPTY
  private chunkAt = 0
  private partial: Buffer | null = null
  private partialBytes = 0
  /** Bytes of the partial frame; only its length word until that is complete. */
  private wantedBytes = 0

  /** `frameBytesMax` counts the length word too. */
  constructor(private readonly frameBytesMax: number) {}

  /** What it keeps: of a frame that has not arrived whole, and of a chunk that was not asked for yet. */
  get heldBytes(): number {
    return (this.partial?.length ?? 0) + this.chunk.length - this.chunkAt
  }

  push(chunk: Buffer): void {
    const rest = this.chunk.subarray(this.chunkAt)
    this.chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    this.chunkAt = 0
  }

  /** The next whole frame with its length word, or null when more bytes are needed. Throws BadFrameError. */
  next(): Buffer | null {
    if (this.partial !== null) return this.continuePartial(this.partial)
    const arrivedBytes = this.chunk.length - this.chunkAt
    if (arrivedBytes < LENGTH_BYTES) return arrivedBytes === 0 ? null : this.beginPartial(LENGTH_BYTES)
    const frameBytes = this.frameBytesAt(this.chunk, this.chunkAt)
    if (arrivedBytes < frameBytes) return this.beginPartial(frameBytes)
    const frame = this.chunk.subarray(this.chunkAt, this.chunkAt + frameBytes)
    this.chunkAt += frameBytes
    return frame
  }

  private beginPartial(wantedBytes: number): null {
    this.wantedBytes = wantedBytes
    this.partialBytes = 0
    this.partial = this.fill(EMPTY)
    return null
  }

  private continuePartial(partial: Buffer): Buffer | null {
    this.partial = this.fill(partial)
    if (this.partialBytes < this.wantedBytes) return null
    if (this.wantedBytes === LENGTH_BYTES) {
      this.wantedBytes = this.frameBytesAt(this.partial, 0)
      return this.continuePartial(this.partial)
    }
    const frame = this.partial
    this.partial = null
    return frame
  }

  /** Moves what the chunk has of the frame into `partial`, or into a larger copy of it, which is returned. */
  private fill(partial: Buffer): Buffer {
    const takenBytes = Math.min(this.wantedBytes - this.partialBytes, this.chunk.length - this.chunkAt)
    const filledBytes = this.partialBytes + takenBytes
    let into = partial
    if (filledBytes > partial.length) {
      into = Buffer.allocUnsafe(Math.min(this.wantedBytes, Math.max(PARTIAL_BYTES, 4 * filledBytes)))
      partial.copy(into, 0, 0, this.partialBytes)
    }
    this.chunk.copy(into, this.partialBytes, this.chunkAt, this.chunkAt + takenBytes)
    this.chunkAt += takenBytes
    this.partialBytes = filledBytes
    return into
  }

  private frameBytesAt(bytes: Buffer, at: number): number {
    const totalLength = bytes.readInt32BE(at)
    if (totalLength < MARK_BYTES || totalLength + LENGTH_BYTES > this.frameBytesMax) {
      throw new BadFrameError(
        `a frame of ${totalLength} bytes after its length: allowed are ${MARK_BYTES} to ${this.frameBytesMax - LENGTH_BYTES}`,
      )
    }
    return totalLength + LENGTH_BYTES
  }
}
