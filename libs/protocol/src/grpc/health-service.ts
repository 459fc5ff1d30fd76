import { health } from './messages'
import { serviceMethod } from './service-method'

const classes = { request: health.HealthCheckRequest, response: health.HealthCheckResponse }

/** All methods of `grpc.health.v1.Health`. */
export const healthService = {
  Check: serviceMethod('/grpc.health.v1.Health/Check', 'unary', classes),
  Watch: serviceMethod('/grpc.health.v1.Health/Watch', 'server stream', classes),
} as const
