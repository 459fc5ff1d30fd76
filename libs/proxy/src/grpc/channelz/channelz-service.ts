import { status } from '@grpc/grpc-js'
import type { handleUnaryCall } from '@grpc/grpc-js'
import type { Log } from '@rocketmq-ts/base'
import type { ChannelzMethodName } from '@rocketmq-ts/protocol/grpc/channelz'
import { requireAdministrator } from '../admin/admin-service'
import { peerAddressOf } from '../calls'
import { CallRefusedError } from '../direct/call-refused-error'
import type { GrpcService } from '../grpc-server'
import type { ProxyConfig } from '../../proxy-config'
import { InvalidRequestError } from '../status'
import type { AnswerMethod } from './channelz-answers'
import type { CallCounts } from './call-counts'

export interface ChannelzDeps {
  readonly config: Pick<ProxyConfig, 'grpcAdminAccess'>
  readonly counts: Pick<CallCounts, 'calls' | 'connections'>
  /** `ip:port` of the port. */
  readonly listenAddress: () => string
  readonly log: Log
}

/** Of a connection. The server and its port come before. */
export const FIRST_CONNECTION_ID = 3

const methodNames: readonly ChannelzMethodName[] = [
  'GetTopChannels',
  'GetServers',
  'GetServer',
  'GetServerSockets',
  'GetChannel',
  'GetSubchannel',
  'GetSocket',
]

const asIs = (bytes: Buffer): Buffer => bytes

/**
 * `Channelz`: who is connected to the gRPC port, and how calls end. For administrators; what answers them is loaded with their
 * first call.
 */
export function channelzService(deps: ChannelzDeps): GrpcService {
  let answer: AnswerMethod | null = null
  const answerOf = async (name: ChannelzMethodName, question: Buffer, remoteAddress: string): Promise<Buffer> => {
    requireAdministrator({ remoteAddress }, deps.config)
    answer ??= (await import('./channelz-answers')).channelzAnswers(deps)
    return answer(name, question)
  }
  const handlerOf = (name: ChannelzMethodName): handleUnaryCall<Buffer, Buffer> => {
    return (call, respond) => {
      const remoteAddress = peerAddressOf(call.getPeer())
      answerOf(name, call.request, remoteAddress).then(
        response => respond(null, response),
        (err: unknown) => {
          deps.log.debug({ err, method: name, remoteAddress }, 'a question about connections is refused')
          respond({ code: codeOf(err), details: (err as Error).message })
        },
      )
    }
  }
  return {
    definition: Object.fromEntries(methodNames.map(name => [name, methodDefinition(name)])),
    implementation: Object.fromEntries(methodNames.map(name => [name, handlerOf(name)])),
  }
}

function codeOf(error: unknown): status {
  if (error instanceof InvalidRequestError) return status.PERMISSION_DENIED
  return error instanceof CallRefusedError ? error.status : status.INTERNAL
}

function methodDefinition(name: ChannelzMethodName): GrpcService['definition'][string] {
  return {
    path: `/grpc.channelz.v1.Channelz/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }
}
