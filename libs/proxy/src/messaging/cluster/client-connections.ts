import { RocketmqError } from '@rocketmq-ts/base'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { Channel, ChannelEventListener, RemotingClient, RequestHandlers } from '@rocketmq-ts/remoting'

/** Clients have more connections to brokers than `clientConnectionsMax` allows: this one is not shown to them. */
export class TooManyClientConnectionsError extends RocketmqError {
  readonly code = 'RMQ_TOO_MANY_CLIENT_CONNECTIONS'

  constructor(clientConnectionsMax: number) {
    super(`clients behind this proxy have ${clientConnectionsMax} connections to brokers: clientConnectionsMax`)
  }
}

/** Whose a connection is. */
export interface ConnectionOwner {
  readonly onPush: (command: IncomingCommand) => void
  readonly onClose: () => void
}

/**
 * Connections to brokers that each stand for one client behind this proxy: brokers take a connection for a client, list it
 * so, and push what is for the client over it.
 */
export class ClientConnections {
  private readonly ownerById = new Map<number, ConnectionOwner>()
  private openingCount = 0

  constructor(private readonly config: { readonly clientConnectionsMax: number }) {}

  /** Of requests that brokers send over them. What is not served is answered so. */
  readonly handlers: RequestHandlers = {
    [RequestCode.CHECK_TRANSACTION_STATE]: request => {
      request.retain() // the client is told later
      this.ownerById.get(request.channel.id)?.onPush(request.command)
    },
  }

  readonly listener: ChannelEventListener = {
    onClose: ({ id }) => {
      this.ownerById.get(id)?.onClose()
      this.ownerById.delete(id)
    },
  }

  /** Rejects with ConnectFailedError or TooManyClientConnectionsError. */
  async open(client: Pick<RemotingClient, 'ownChannel'>, address: string, owner: ConnectionOwner): Promise<Channel> {
    const { clientConnectionsMax } = this.config
    if (this.ownerById.size + this.openingCount >= clientConnectionsMax) {
      throw new TooManyClientConnectionsError(clientConnectionsMax)
    }
    this.openingCount += 1
    try {
      const channel = await client.ownChannel(address)
      if (channel.isOpen) this.ownerById.set(channel.id, owner)
      else owner.onClose()
      return channel
    } finally {
      this.openingCount -= 1
    }
  }
}
