import type { Log } from '@rocketmq-ts/base'
import type { ChannelzMethodName } from '@rocketmq-ts/protocol/grpc/channelz'
import { requireAdministrator } from '../admin/admin-service'
import { CallRefusedError } from '../calls/call-refused-error'
import { GrpcStatus } from '../calls/grpc-status'
import type { GrpcService, ServeMessage } from '../calls/served'
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
  const handlerOf = (name: ChannelzMethodName): ServeMessage => {
    return (question, call) => {
      const { remoteAddress } = call.connection
      answerOf(name, question, remoteAddress).then(
        response => call.answer(response),
        (err: unknown) => {
          deps.log.debug({ err, method: name, remoteAddress }, 'a question about connections is refused')
          call.refuse(codeOf(err), (err as Error).message)
        },
      )
    }
  }
  const name = 'grpc.channelz.v1.Channelz'
  return { name, methods: new Map(methodNames.map(method => [`/${name}/${method}`, { message: handlerOf(method) }])) }
}

function codeOf(error: unknown): GrpcStatus {
  if (error instanceof InvalidRequestError) return GrpcStatus.PERMISSION_DENIED
  return error instanceof CallRefusedError ? error.status : GrpcStatus.INTERNAL
}
