/**
 * The id that a client gives a message (UNIQ_KEY); a broker gives one where it is missing. In upper-case hex:
 *
 *   0      4 or 16     +2         +6               +10
 *   | ip   | processId | classHash | sinceMonthMs  | counter |
 *   |      | int16     | int32     | int32         | int16   |
 * Source: common/message/MessageClientIDSetter.java.
 */
export class UniqueIdGenerator {
  private readonly prefix: string
  private counter = 0
  private monthStartMs = 0
  private nextMonthStartMs = 0

  /** `address`: 4 or 16 bytes. `discriminator`: any int32, Java's hash of its class loader. */
  constructor(identity: { readonly address: Buffer; readonly processId: number; readonly discriminator: number }) {
    const bytes = Buffer.alloc(identity.address.length + 6)
    identity.address.copy(bytes)
    bytes.writeUInt16BE(identity.processId & 0xffff, identity.address.length)
    bytes.writeInt32BE(identity.discriminator | 0, identity.address.length + 2)
    this.prefix = bytes.toString('hex').toUpperCase()
  }

  next(nowMs: number): string {
    if (nowMs >= this.nextMonthStartMs || nowMs < this.monthStartMs) this.enterMonth(nowMs)
    this.counter = (this.counter + 1) & 0xffff
    return this.prefix + hex((nowMs - this.monthStartMs) >>> 0, 8) + hex(this.counter, 4)
  }

  private enterMonth(nowMs: number): void {
    const now = new Date(nowMs)
    this.monthStartMs = new Date(now.getFullYear(), now.getMonth(), 1).getTime()
    this.nextMonthStartMs = new Date(now.getFullYear(), now.getMonth() + 1, 1).getTime()
  }
}

function hex(value: number, digitCount: number): string {
  return value.toString(16).toUpperCase().padStart(digitCount, '0')
}
