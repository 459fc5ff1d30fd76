import { RocketmqError } from '@rocketmq-ts/base'
import { RemotingCommand, RemotingResponse, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type {
  Channel,
  ChannelEventListener,
  RemotingClient,
  RemotingRequest,
  RequestHandlers,
} from '@rocketmq-ts/remoting'

/** Clients have more connections to brokers than `clientConnectionsMax` allows: this one is not shown to them. */
export class TooManyClientConnectionsError extends RocketmqError {
  readonly code = 'RMQ_TOO_MANY_CLIENT_CONNECTIONS'

  constructor(clientConnectionsMax: number) {
    super(`clients behind this proxy have ${clientConnectionsMax} connections to brokers: clientConnectionsMax`)
  }
}

/** What brokers send to clients. */
const pushedCodes = [
  RequestCode.CHECK_TRANSACTION_STATE,
  RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
  RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
  RequestCode.GET_CONSUMER_RUNNING_INFO,
  RequestCode.CONSUME_MESSAGE_DIRECTLY,
  RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
  RequestCode.NOTIFY_UNSUBSCRIBE_LITE,
]
/** Brokers give up sooner. */
const ANSWER_TIMEOUT_MS = 30_000
const nobodyAnswers = RemotingResponse.refusal(
  ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
  'a client behind a proxy, of another protocol, is not asked',
)

/** Whose a connection is. */
export interface ConnectionOwner {
  readonly onPush: (command: IncomingCommand) => void
  /** Absent: nobody answers brokers. */
  readonly onCall?: (command: RemotingCommand, timeoutMs: number) => Promise<IncomingCommand>
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
  readonly handlers: RequestHandlers = Object.fromEntries(
    pushedCodes.map(code => [code, (request: RemotingRequest) => this.relay(request)]),
  )

  readonly listener: ChannelEventListener = {
    onClose: ({ id }) => {
      this.ownerById.get(id)?.onClose()
      this.ownerById.delete(id)
    },
  }

  private relay(request: RemotingRequest): void {
    request.retain() // the client is told later
    const owner = this.ownerById.get(request.channel.id)
    if (request.command.isOneway) owner?.onPush(request.command)
    else if (owner?.onCall === undefined) request.reply(nobodyAnswers)
    else answerBy(owner.onCall, request)
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

function answerBy(onCall: NonNullable<ConnectionOwner['onCall']>, asked: RemotingRequest): void {
  answering(async ({ command }) => {
    const { code, language, version, extFields, body } = command
    const relayed = Object.assign(RemotingCommand.request(code, extFields, body), { language, version })
    const answer = await onCall(relayed, ANSWER_TIMEOUT_MS)
    return new RemotingResponse({ ...answerParts(answer) })
  })(asked)
}

function answerParts({ code, remark, extFields, body }: IncomingCommand) {
  return { code, remark, extFields, body }
}
