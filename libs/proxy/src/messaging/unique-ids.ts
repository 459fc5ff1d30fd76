import { randomBytes } from 'node:crypto'
import type { Clock } from '@rocketmq-ts/base'

const EPOCH_MS = Date.UTC(2021, 0, 1)
const MS_PER_SECOND = 1000

/**
 * Ids for messages whose producer has none to give: 34 hexadecimal digits, as the clients of gRPC make them.
 *
 *   | 01 | 6 bytes of the machine | 2 of the process | 4: seconds since 2021 | 4: a number that goes up |
 *
 * Ours are not of a network card but random: containers often share an address. Source: clients' MessageIdCodec.java
 */
export class UniqueIds {
  private readonly prefix = Buffer.concat([Buffer.of(1), randomBytes(8)]).toString('hex')
  private sequence = 0

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  next(): string {
    this.sequence = (this.sequence + 1) >>> 0
    const seconds = Math.floor((this.clock.nowMs() - EPOCH_MS) / MS_PER_SECOND) >>> 0
    return `${this.prefix}${hex(seconds)}${hex(this.sequence)}`.toUpperCase()
  }
}

function hex(uint32: number): string {
  return uint32.toString(16).padStart(8, '0')
}
