import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'

let lastId = 0

/** A connection that remembers what was sent to it. */
export class FakeChannel implements Channel {
  readonly id = ++lastId
  readonly remoteAddress = `10.0.0.1:${this.id}`
  readonly remoteHost = Buffer.alloc(8)
  readonly sent: RemotingCommand[] = []
  isOpen = true

  sendOneway(command: RemotingCommand): boolean {
    if (this.isOpen) this.sent.push(command)
    return this.isOpen
  }

  invoke(): Promise<IncomingCommand> {
    return Promise.reject(new Error('nobody answers'))
  }

  close(): void {
    this.isOpen = false
  }
}
