import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'

/** A batch body whose lengths do not fit it. */
export class InvalidBatchError extends RefusedError {
  readonly code = 'RMQ_INVALID_BATCH'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL
}

/** One message of a batch; its buffers are borrowed from the batch. */
export interface BatchItem {
  readonly flag: number
  readonly body: Buffer
  readonly properties: Buffer
}

/**
 * The body of SEND_BATCH_MESSAGE: items without a gap and without a count. Big-endian.
 *
 *   0           4       8         12     16          20     20+n              22+n
 *   | itemBytes | magic | bodyCrc | flag | bodyBytes | body | propertiesBytes | properties |
 *   | int32     | int32 | int32   | int32| int32     |      | int16           |            |
 *
 * Clients write 0 as magic and CRC: neither is looked at. Throws InvalidBatchError.
 * Source: common/message/MessageDecoder.java, store/MessageExtEncoder.java.
 */
export function readMessageBatch(batch: Buffer): BatchItem[] {
  const items: BatchItem[] = []
  for (let at = 0; at < batch.length;) {
    const bodyAt = at + 20
    if (bodyAt > batch.length) throw new InvalidBatchError(`item ${items.length} of the batch is cut off`)
    const bodyEnd = endOf(batch, bodyAt, batch.readInt32BE(at + 16))
    const propertiesAt = bodyEnd + 2
    if (propertiesAt > batch.length) throw new InvalidBatchError(`item ${items.length} of the batch is cut off`)
    const end = endOf(batch, propertiesAt, batch.readInt16BE(bodyEnd))
    if (batch.readInt32BE(at) !== end - at) {
      throw new InvalidBatchError(`item ${items.length} says ${batch.readInt32BE(at)} bytes and has ${end - at}`)
    }
    items.push({
      flag: batch.readInt32BE(at + 12),
      body: batch.subarray(bodyAt, bodyEnd),
      properties: batch.subarray(propertiesAt, end),
    })
    at = end
  }
  return items
}

function endOf(batch: Buffer, at: number, length: number): number {
  if (length < 0 || length > batch.length - at) throw new InvalidBatchError(`a field of ${length} bytes in the batch`)
  return at + length
}

/** As the Java client writes it. */
export function encodeMessageBatch(items: readonly BatchItem[]): Buffer {
  return Buffer.concat(
    items.map(({ flag, body, properties }) => {
      const bytes = Buffer.alloc(22 + body.length + properties.length)
      bytes.writeInt32BE(bytes.length, 0)
      bytes.writeInt32BE(flag, 12)
      bytes.writeInt32BE(body.length, 16)
      body.copy(bytes, 20)
      bytes.writeInt16BE(properties.length, 20 + body.length)
      properties.copy(bytes, 22 + body.length)
      return bytes
    }),
  )
}
