import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'

const PROPERTIES_BYTES_MAX = 32_767

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

/** Where an item lies in its batch: a put makes no views of what it copies anyway. */
export interface BatchItemPlace {
  readonly flag: number
  readonly bodyAt: number
  readonly bodyEnd: number
  readonly propertiesAt: number
  /** Here the next item begins. */
  readonly propertiesEnd: number
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
export function placesInBatch(batch: Buffer): BatchItemPlace[] {
  const places: BatchItemPlace[] = []
  for (let at = 0; at < batch.length;) {
    const bodyAt = at + 20
    if (bodyAt > batch.length) throw new InvalidBatchError(`item ${places.length} of the batch is cut off`)
    const bodyEnd = endOf(batch, bodyAt, int32At(batch, at + 16))
    const propertiesAt = bodyEnd + 2
    if (propertiesAt > batch.length) throw new InvalidBatchError(`item ${places.length} of the batch is cut off`)
    const propertiesEnd = endOf(batch, propertiesAt, int16At(batch, bodyEnd))
    const itemBytes = int32At(batch, at)
    if (itemBytes !== propertiesEnd - at) {
      throw new InvalidBatchError(`item ${places.length} says ${itemBytes} bytes and has ${propertiesEnd - at}`)
    }
    places.push({ flag: int32At(batch, at + 12), bodyAt, bodyEnd, propertiesAt, propertiesEnd })
    at = propertiesEnd
  }
  return places
}

/** The items of a batch body, see `placesInBatch`. Throws InvalidBatchError. */
export function readMessageBatch(batch: Buffer): BatchItem[] {
  return placesInBatch(batch).map(({ flag, bodyAt, bodyEnd, propertiesAt, propertiesEnd }) => ({
    flag,
    body: batch.subarray(bodyAt, bodyEnd),
    properties: batch.subarray(propertiesAt, propertiesEnd),
  }))
}

function endOf(batch: Buffer, at: number, length: number): number {
  if (length < 0 || length > batch.length - at) throw new InvalidBatchError(`a field of ${length} bytes in the batch`)
  return at + length
}

/* Buffer's own readers check the place each time; here it has been checked. */

function int32At(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | int16Bits(bytes, at + 2)
}

function int16At(bytes: Buffer, at: number): number {
  return (int16Bits(bytes, at) << 16) >> 16
}

function int16Bits(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

/** As the Java client writes it. Throws InvalidBatchError if the properties of an item are too long. */
export function encodeMessageBatch(items: readonly BatchItem[]): Buffer {
  return Buffer.concat(
    items.map(({ flag, body, properties }) => {
      if (properties.length > PROPERTIES_BYTES_MAX) {
        throw new InvalidBatchError(`properties of ${properties.length} bytes, at most ${PROPERTIES_BYTES_MAX}`)
      }
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
