import type { Socket } from 'node:net'
import type { OutgoingResponse } from '@rocketmq-ts/protocol'
import { BLOCK_BYTES, type BlockPool } from './block-pool'
import { AnswerTooLargeError } from './errors'
import type { HeldBytes } from './held-bytes'
import type { RemotingStatistics } from './remoting-statistics'

/** One write to the socket: large enough to be worth a system call, small enough to show that the peer still reads. */
const BATCH_BYTES = 1024 * 1024
/** Copying so little is cheaper than handing the kernel one more part, and lets go of its owner's memory at once. */
const COPIED_BYTES_MAX = 4096

/** What leaves in one write, and what is let go when the socket has taken it. */
class Batch {
  bytes = 0
  onewayCount = 0
  /** Its place among the writes of the socket, from 1. */
  writeNumber = 0
  readonly parts: Buffer[] = []
  readonly blocks: Buffer[] = []
  readonly responses: OutgoingResponse[] = []
}

export interface OutboxContext {
  readonly frameBytesMax: number
  readonly pool: BlockPool
  readonly statistics: Pick<RemotingStatistics, 'bytesOut'>
  readonly held: Pick<HeldBytes, 'total'>
  /** Told when the socket has taken bytes: `unsentBytes` is smaller now. */
  readonly listener: { onTaken(): void }
}

/**
 * What one socket is to be sent: everything of a tick in one write. Heads and small bodies are written one after the
 * other into pooled blocks, large bodies go by reference.
 *
 *   push ─> filling ─(end of tick, or full)─> ready ─> written ─(socket took it)─> released
 *           one batch                         queue    one batch
 */
export class Outbox {
  /** Accepted by `push` and not yet taken by the socket. */
  unsentBytes = 0
  unsentOnewayCount = 0
  takenBytes = 0
  private filling = new Batch()
  private readonly ready: Batch[] = []
  private written: Batch | null = null
  private writeCount = 0
  private takenWriteCount = 0
  /** The last block of the batch being filled; `[cutAt, at)` is not among its parts yet. */
  private block: Buffer | null = null
  private cutAt = 0
  private at = 0
  private isFlushScheduled = false
  private isDisposed = false
  private readonly onWriteTaken = (error?: Error | null): void => this.taken(error)

  constructor(
    private readonly socket: Socket,
    private readonly context: OutboxContext,
  ) {}

  /**
   * Takes over the response: `release` is called when the socket has its bytes or never will. What this throws leaves
   * the response with its owner and the outbox as it was.
   */
  push(response: OutgoingResponse, opaque: number, serializeType: number): void {
    if (this.isDisposed) {
      response.release()
      return
    }
    const headBytesMax = response.headBytesMax()
    const { bodyBytes } = response
    if (headBytesMax + bodyBytes > this.context.frameBytesMax) throw new AnswerTooLargeError(bodyBytes)
    const block = this.room(headBytesMax)
    const headAt = this.at
    this.at = response.writeHead(block, headAt, opaque, serializeType)
    this.grownBy(this.at - headAt)
    let isHeld = false
    for (const part of response.bodyParts) if (this.append(part)) isHeld = true
    if (isHeld) this.filling.responses.push(response)
    else response.release()
    this.flushSoon()
  }

  /** A whole frame of our own: a request or a push. */
  pushFrame(frame: Buffer, isOneway: boolean): void {
    if (this.isDisposed) return
    this.append(frame)
    if (isOneway) {
      this.filling.onewayCount += 1
      this.unsentOnewayCount += 1
    }
    this.flushSoon()
  }

  /** Writes what is there, unless the socket still has the write before. */
  flush(): void {
    this.isFlushScheduled = false
    if (this.filling.bytes > 0) this.closeBatch()
    const unsentBytes = this.unsentBytes
    while (this.written === null && !this.isDisposed) {
      const batch = this.ready.shift()
      if (batch === undefined) break
      this.write(batch)
    }
    if (this.unsentBytes < unsentBytes) this.context.listener.onTaken()
  }

  /** The socket is gone: releases everything. */
  dispose(): void {
    if (this.isDisposed) return
    this.closeBatch()
    this.isDisposed = true
    if (this.written !== null) this.release(this.written)
    for (const batch of this.ready.splice(0)) this.release(batch)
    this.written = null
  }

  /** Adds bytes to the batch; true when they are not copied, so that their owner must wait. */
  private append(bytes: Buffer): boolean {
    const isHeld = bytes.length > COPIED_BYTES_MAX
    if (isHeld) {
      this.cut()
      this.filling.parts.push(bytes)
    } else {
      const block = this.room(bytes.length)
      bytes.copy(block, this.at)
      this.at += bytes.length
    }
    this.grownBy(bytes.length)
    return isHeld
  }

  /** The block that has `bytes` free behind `at`. */
  private room(bytes: number): Buffer {
    if (this.block !== null && this.block.length - this.at >= bytes) return this.block
    this.cut()
    // A head larger than a block (a very long remark) gets memory of its own, which the pool never sees.
    const isPooled = bytes <= BLOCK_BYTES
    this.block = isPooled ? this.context.pool.take() : Buffer.allocUnsafeSlow(bytes)
    if (isPooled) this.filling.blocks.push(this.block)
    this.cutAt = this.at = 0
    return this.block
  }

  private cut(): void {
    if (this.block !== null && this.at > this.cutAt) {
      this.filling.parts.push(this.block.subarray(this.cutAt, this.at))
      this.cutAt = this.at
    }
  }

  private grownBy(bytes: number): void {
    this.filling.bytes += bytes
    this.unsentBytes += bytes
    this.context.held.total += bytes
  }

  private flushSoon(): void {
    if (this.filling.bytes >= BATCH_BYTES) this.flush()
    else if (!this.isFlushScheduled) {
      this.isFlushScheduled = true
      // After all that this callback of the event loop, and the promises it settled, still push.
      process.nextTick(flushOutbox, this)
    }
  }

  private closeBatch(): void {
    this.cut()
    this.block = null
    this.ready.push(this.filling)
    this.filling = new Batch()
  }

  private write(batch: Batch): void {
    const { socket } = this
    if (!socket.writable) {
      this.release(batch) // its close event is on the way
      return
    }
    this.written = batch
    this.writeCount += 1
    batch.writeNumber = this.writeCount
    const lastPart = batch.parts.pop() as Buffer
    if (batch.parts.length > 0) {
      socket.cork()
      for (const part of batch.parts) socket.write(part)
    }
    socket.write(lastPart, this.onWriteTaken)
    if (batch.parts.length > 0) socket.uncork()
    // The kernel mostly takes all at once. The callback then comes later, for a batch that is done.
    if (socket.writableLength === 0 && this.written === batch) this.finish(batch)
  }

  /** Called for each write, in their order. */
  private taken(error?: Error | null): void {
    if (error) return // `dispose` follows, when the system has let go of the bytes
    this.takenWriteCount += 1
    if (this.written?.writeNumber !== this.takenWriteCount) return
    this.finish(this.written)
    this.flush()
    this.context.listener.onTaken()
  }

  private finish(batch: Batch): void {
    this.written = null
    this.takenBytes += batch.bytes
    this.context.statistics.bytesOut += batch.bytes
    this.release(batch)
  }

  private release(batch: Batch): void {
    this.unsentBytes -= batch.bytes
    this.context.held.total -= batch.bytes
    this.unsentOnewayCount -= batch.onewayCount
    for (const block of batch.blocks) this.context.pool.give(block)
    for (const response of batch.responses) response.release()
  }
}

function flushOutbox(outbox: Outbox): void {
  outbox.flush()
}
