import { lookup } from 'node:dns/promises'
import { ConfigError } from '@rocketmq-ts/base'
import { peerOf } from '@rocketmq-ts/remoting'

/**
 * Where records say that they were stored, and where clients go for a message by its id: `brokerIP1` with the port that is
 * listened on. A host name becomes the IPv4 address that it has at the start: records have no room for names.
 */
export class StoreHost {
  /** 4 or 16 address bytes, then the port as int32. The same buffer for ever; right once `resolve` is done. */
  readonly bytes: Buffer
  private readonly host: string
  private readonly isName: boolean

  constructor(brokerIP1: string) {
    this.host = brokerIP1.replace(/^\[|\]$/g, '')
    this.bytes = peerOf(this.host, 0).remoteHost
    this.isName = this.bytes.every(byte => byte === 0)
  }

  /** The address without the port. */
  get address(): Buffer {
    return this.bytes.subarray(0, -4)
  }

  /** Throws ConfigError for a name that nobody knows. */
  async resolve(port: number): Promise<void> {
    const ip = this.isName ? await this.lookUp() : this.host
    peerOf(ip, port).remoteHost.copy(this.bytes)
  }

  private async lookUp(): Promise<string> {
    try {
      return (await lookup(this.host, { family: 4 })).address
    } catch (error) {
      const reason = (error as Error).message
      throw new ConfigError([
        `brokerIP1 = ${this.host}: it must be an address or a name that can be looked up: ${reason}`,
      ])
    }
  }
}
