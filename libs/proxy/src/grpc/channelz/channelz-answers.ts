import { TLSSocket } from 'node:tls'
import { timestampOfMs } from '@rocketmq-ts/protocol/grpc'
import { channelzService } from '@rocketmq-ts/protocol/grpc/channelz'
import type { channelz, ChannelzMethodName } from '@rocketmq-ts/protocol/grpc/channelz'
import { peerOf, readHostAndPort } from '@rocketmq-ts/remoting'
import { CallRefusedError } from '../calls/call-refused-error'
import { GrpcStatus } from '../calls/grpc-status'
import type { CallCounts, ConnectionCounts, Ended } from './call-counts'
import type { ChannelzDeps } from './channelz-service'

type Methods = {
  readonly [Name in ChannelzMethodName]: (
    request: ReturnType<(typeof channelzService)[Name]['requestDeserialize']>,
  ) => Parameters<(typeof channelzService)[Name]['responseSerialize']>[0]
}

/** The one server, the port it listens on; connections have the ids after these. */
const SERVER_ID = 1
const LISTENER_ID = 2
/** Of one answer, when nobody says how many. */
const PAGE_SOCKETS = 100
const PORT_SIZE = 4

/** What a method is answered with, from and to bytes. Throws CallRefusedError. */
export function channelzAnswers(deps: Pick<ChannelzDeps, 'counts' | 'listenAddress'>): AnswerMethod {
  const methods = methodsOf(deps)
  return (name, question) => {
    const { requestDeserialize, responseSerialize } = channelzService[name]
    const method = methods[name] as (request: unknown) => object
    return responseSerialize(method(requestDeserialize(question)))
  }
}

export type AnswerMethod = (name: ChannelzMethodName, question: Buffer) => Buffer

function methodsOf({ counts, listenAddress }: Pick<ChannelzDeps, 'counts' | 'listenAddress'>): Methods {
  const server = (): channelz.Server.$Properties => ({
    ref: { serverId: SERVER_ID, name: 'grpcServerPort' },
    data: callsData(counts.calls),
    listenSocket: [{ socketId: LISTENER_ID, name: listenAddress() }],
  })
  return {
    // Brokers are reached by another protocol: there are no channels.
    GetTopChannels: () => ({ end: true }),
    GetChannel: ({ channelId }) => notFound('channel', channelId),
    GetSubchannel: ({ subchannelId }) => notFound('subchannel', subchannelId),
    GetServers: ({ startServerId }) => ({ server: startServerId <= SERVER_ID ? [server()] : [], end: true }),
    GetServer: ({ serverId }) => (serverId === SERVER_ID ? { server: server() } : notFound('server', serverId)),
    GetServerSockets(request) {
      if (request.serverId !== SERVER_ID) return notFound('server', request.serverId)
      return socketsPage(request, counts)
    },
    GetSocket({ socketId, summary }) {
      if (socketId === LISTENER_ID) {
        const address = listenAddress()
        return { socket: { ref: { socketId, name: address }, local: addressOf(address) } }
      }
      const connection = [...counts.connections].find(({ id }) => id === socketId)
      return connection === undefined ? notFound('socket', socketId) : { socket: socketOf(connection, summary) }
    },
  }
}

function notFound(what: string, id: number): never {
  throw new CallRefusedError(GrpcStatus.NOT_FOUND, `no ${what} ${id} here`)
}

function socketsPage(
  { startSocketId, maxResults }: channelz.GetServerSocketsRequest,
  { connections }: Pick<CallCounts, 'connections'>,
): channelz.GetServerSocketsResponse.$Properties {
  const countMax = maxResults > 0 ? maxResults : PAGE_SOCKETS
  const page: channelz.SocketRef.$Properties[] = []
  for (const { id, remoteAddress } of connections) {
    if (id < startSocketId) continue
    if (page.length === countMax) return { socketRef: page, end: false }
    page.push({ socketId: id, name: remoteAddress })
  }
  return { socketRef: page, end: true }
}

function socketOf(connection: ConnectionCounts, isSummary: boolean): channelz.Socket.$Properties {
  const { id, remoteAddress, socket, streams, messagesSent, messagesReceived } = connection
  const { started, succeeded, failed, lastStartedMs } = streams
  const { localAddress = '', localPort = 0 } = socket
  const windows = connection.windows()
  const data: channelz.SocketData.$Properties = {
    ...{ streamsStarted: started, streamsSucceeded: succeeded, streamsFailed: failed },
    ...{ messagesSent, messagesReceived },
    lastRemoteStreamCreatedTimestamp: lastStartedMs === null ? null : timestampOfMs(lastStartedMs),
    localFlowControlWindow: { value: windows.local },
    remoteFlowControlWindow: { value: windows.remote },
  }
  return {
    ref: { socketId: id, name: remoteAddress },
    data,
    local: addressOf(peerOf(localAddress, localPort).remoteAddress),
    remote: addressOf(remoteAddress),
    security: !isSummary && socket instanceof TLSSocket ? securityOf(socket) : null,
  }
}

function securityOf(socket: TLSSocket): channelz.Security.$Properties {
  return { tls: { standardName: socket.getCipher().standardName } }
}

function addressOf(address: string): channelz.Address.$Properties {
  const { host = '', port = 0 } = readHostAndPort(address) ?? {}
  return { tcpipAddress: { ipAddress: peerOf(host, port).remoteHost.subarray(0, -PORT_SIZE), port } }
}

function callsData({ started, succeeded, failed, lastStartedMs }: Ended): channelz.ServerData.$Properties {
  return {
    ...{ callsStarted: started, callsSucceeded: succeeded, callsFailed: failed },
    lastCallStartedTimestamp: lastStartedMs === null ? null : timestampOfMs(lastStartedMs),
  }
}
