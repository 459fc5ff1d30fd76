import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { adminService, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AdminMethodName } from '@rocketmq-ts/protocol/grpc'
import { isLoopback } from '@rocketmq-ts/shell'
import { readBy } from '../call-handlers'
import type { MethodCodec } from '../call-handlers'
import type { CallContext } from '../calls/call-context'
import { CallRefusedError } from '../calls/call-refused-error'
import { GrpcStatus } from '../calls/grpc-status'
import type { GrpcService, ServedMethods, ServeMessage } from '../calls/served'
import type { ProxyConfig } from '../../proxy-config'
import { InvalidRequestError, statusOf } from '../status'
import type { AdminMethods } from './admin-methods'

export interface AdminServiceDeps {
  readonly config: Pick<ProxyConfig, 'grpcAdminAccess'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** Said in the log, with who did it. */
const changing: ReadonlySet<string> = new Set<AdminMethodName>([
  'AdminSendMessage',
  'ChangeLogLevel',
  'ResetGroupOffset',
  'VerifyMessage',
])

type AnyAdminMethod = (request: unknown, context: CallContext) => Promise<object>

/** `Admin`, for those who may. No client id is needed: who administers is no client. */
export class AdminService implements GrpcService {
  readonly name = 'apache.rocketmq.v2.Admin'
  readonly methods: ServedMethods

  constructor(
    methods: AdminMethods,
    private readonly deps: AdminServiceDeps,
  ) {
    this.methods = new Map(
      Object.entries(methods).map(([name, method]) => [
        adminService[name as AdminMethodName].path,
        { message: this.handler(name as AdminMethodName, method as AnyAdminMethod) },
      ]),
    )
  }

  private handler(name: AdminMethodName, method: AnyAdminMethod): ServeMessage {
    const { clock, log, config } = this.deps
    const codec: MethodCodec = adminService[name]
    const serialize = codec.responseSerialize as (response: object) => Uint8Array
    const answer = async (request: unknown, context: CallContext): Promise<object> => {
      requireAdministrator(context, config)
      const response = await method(request, context)
      if (changing.has(name)) log.info({ method: name, remoteAddress: context.remoteAddress }, 'administered')
      return response
    }
    return readBy(codec, clock, (request, context, call) => {
      answer(request, context)
        .catch((error: unknown) => {
          this.logFailure(name, context, error)
          // Its answer is the only one that has no place for a status.
          if (name === 'ChangeLogLevel') throw refusalOf(error)
          return { status: statusOf(error) }
        })
        .then(response => call.answer(serialize(response)))
        .catch((error: unknown) => call.refuseWith(error))
    })
  }

  private logFailure(method: string, { remoteAddress }: CallContext, err: unknown): void {
    const { log } = this.deps
    if (err instanceof RocketmqError) log.debug({ err, method, remoteAddress }, 'an administrator is refused')
    else log.error({ err, method, remoteAddress }, 'an administrator’s call failed')
  }
}

/** Throws InvalidRequestError. */
export function requireAdministrator(
  { remoteAddress }: Pick<CallContext, 'remoteAddress'>,
  { grpcAdminAccess }: Pick<ProxyConfig, 'grpcAdminAccess'>,
): void {
  const host = remoteAddress.slice(0, remoteAddress.lastIndexOf(':'))
  if (grpcAdminAccess === 'everyone' || (grpcAdminAccess === 'local' && isLoopback(host))) return
  const cause =
    grpcAdminAccess === 'nobody'
      ? 'administration by gRPC is switched off'
      : `administration by gRPC is for callers on this machine, not for ${host}`
  throw new InvalidRequestError(v2.Code.FORBIDDEN, `${cause}: grpcAdminAccess=${grpcAdminAccess}`)
}

function refusalOf(error: unknown): CallRefusedError {
  const { code, message } = statusOf(error)
  const text = message ?? ''
  if (code === v2.Code.FORBIDDEN) return new CallRefusedError(GrpcStatus.PERMISSION_DENIED, text)
  return new CallRefusedError(code === v2.Code.BAD_REQUEST ? GrpcStatus.INVALID_ARGUMENT : GrpcStatus.INTERNAL, text)
}
