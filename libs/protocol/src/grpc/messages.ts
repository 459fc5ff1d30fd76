import './whole-numbers'
import { apache, grpc } from './generated/messages'

/** What travels between clients of RocketMQ 5 and a proxy. `v2.X.$Properties` is what one writes, `v2.X` what was read. */
export import v2 = apache.rocketmq.v2

/** Whether a server serves: what load balancers and orchestrators ask. */
export import health = grpc.health.v1
