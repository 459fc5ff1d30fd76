import { status } from '@grpc/grpc-js'
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { health, healthService } from '@rocketmq-ts/protocol/grpc'
import type { GrpcService } from './grpc-server'

type Request = health.HealthCheckRequest
type Response = health.HealthCheckResponse.$Properties
type Watcher = Parameters<handleServerStreamingCall<Request, Response>>[0]

const { NOT_SERVING, SERVICE_UNKNOWN, SERVING } = health.HealthCheckResponse.ServingStatus

/** Whether this server serves, as load balancers ask: it does, until it stops. No client id is needed. */
export class HealthService implements GrpcService {
  readonly definition: ServiceDefinition = healthService
  readonly implementation: UntypedServiceImplementation
  private readonly watchers = new Set<Watcher>()
  private isStopping = false

  /** `services`: the full names that may be asked for, besides none at all. */
  constructor(private readonly services: ReadonlySet<string>) {
    const check: handleUnaryCall<Request, Response> = ({ request: { service } }, respond) => {
      if (this.knows(service)) respond(null, { status: this.state })
      else respond({ code: status.NOT_FOUND, details: `no service ${service} here` })
    }
    const watch: handleServerStreamingCall<Request, Response> = call => {
      const isKnown = this.knows(call.request.service)
      call.write({ status: isKnown ? this.state : SERVICE_UNKNOWN })
      this.watchers.add(call)
      call.once('close', () => this.watchers.delete(call))
      if (this.isStopping) call.end()
    }
    this.implementation = { Check: check, Watch: watch }
  }

  /** From now on nobody should come here. */
  stopServing(): void {
    this.isStopping = true
    for (const watcher of this.watchers) {
      if (this.knows(watcher.request.service)) watcher.write({ status: NOT_SERVING })
      watcher.end()
    }
  }

  private get state(): health.HealthCheckResponse.ServingStatus {
    return this.isStopping ? NOT_SERVING : SERVING
  }

  private knows(service: string): boolean {
    return service === '' || this.services.has(service)
  }
}
