import { status } from '@grpc/grpc-js'
import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { adminService, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AdminMethodName } from '@rocketmq-ts/protocol/grpc'
import { isLoopback } from '@rocketmq-ts/shell'
import type { CallContext } from '../call-context'
import { contextOf } from '../calls'
import type { GrpcService } from '../grpc-server'
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

/** `Admin` as grpc-js serves it, for those who may. No client id is needed: who administers is no client. */
export class AdminService implements GrpcService {
  readonly definition: ServiceDefinition = adminService
  readonly implementation: UntypedServiceImplementation

  constructor(
    methods: AdminMethods,
    private readonly deps: AdminServiceDeps,
  ) {
    this.implementation = Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [name, this.handler(name, method as AnyAdminMethod)]),
    )
  }

  private handler(name: string, method: AnyAdminMethod): handleUnaryCall<unknown, object> {
    const { clock, log, config } = this.deps
    const answer = async (request: unknown, context: CallContext): Promise<object> => {
      requireAdministrator(context, config)
      const response = await method(request, context)
      if (changing.has(name)) log.info({ method: name, remoteAddress: context.remoteAddress }, 'administered')
      return response
    }
    return (call, respond) => {
      const context = contextOf(call, clock)
      answer(call.request, context).then(
        response => respond(null, response),
        (error: unknown) => {
          this.logFailure(name, context, error)
          // Its answer is the only one that has no place for a status.
          if (name === 'ChangeLogLevel') respond(trailersOf(error))
          else respond(null, { status: statusOf(error) })
        },
      )
    }
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

function trailersOf(error: unknown): { readonly code: status; readonly details: string } {
  const { code, message } = statusOf(error)
  const details = message ?? ''
  if (code === v2.Code.FORBIDDEN) return { code: status.PERMISSION_DENIED, details }
  return { code: code === v2.Code.BAD_REQUEST ? status.INVALID_ARGUMENT : status.INTERNAL, details }
}
