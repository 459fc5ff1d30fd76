import { health, healthService } from '@rocketmq-ts/protocol/grpc'
import type { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import type { GrpcService, ServedMethods } from './calls/served'

const { NOT_SERVING, SERVICE_UNKNOWN, SERVING } = health.HealthCheckResponse.ServingStatus
const { Check, Watch } = healthService

/** Whether this server serves, as load balancers ask: it does, until it stops. No client id is needed. */
export class HealthService implements GrpcService {
  readonly name = 'grpc.health.v1.Health'
  readonly methods: ServedMethods = new Map([
    [Check.path, { message: (message: Buffer, call: GrpcCall) => this.check(serviceIn(message), call) }],
    [Watch.path, { message: (message: Buffer, call: GrpcCall) => this.watch(serviceIn(message), call) }],
  ])
  /** What each asks for. */
  private readonly watchers = new Map<GrpcCall, string>()
  private isStopping = false

  /** `services`: the full names that may be asked for, besides none at all. */
  constructor(private readonly services: ReadonlySet<string>) {}

  /** From now on nobody should come here. */
  stopServing(): void {
    this.isStopping = true
    for (const [call, service] of this.watchers) {
      if (this.knows(service)) call.write(Watch.responseSerialize({ status: NOT_SERVING }))
      call.end()
    }
  }

  private check(service: string, call: GrpcCall): void {
    if (this.knows(service)) call.answer(Check.responseSerialize({ status: this.state }))
    else call.refuse(GrpcStatus.NOT_FOUND, `no service ${service} here`)
  }

  private watch(service: string, call: GrpcCall): void {
    call.begin()
    call.write(Watch.responseSerialize({ status: this.knows(service) ? this.state : SERVICE_UNKNOWN }))
    this.watchers.set(call, service)
    call.onceClosed = () => this.watchers.delete(call)
    if (this.isStopping) call.end()
  }

  private get state(): health.HealthCheckResponse.ServingStatus {
    return this.isStopping ? NOT_SERVING : SERVING
  }

  private knows(service: string): boolean {
    return service === '' || this.services.has(service)
  }
}

/** What cannot be read costs the call. */
function serviceIn(message: Buffer): string {
  return Check.requestDeserialize(message).service
}
