import { kvTableJson, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import { brokerRuntimeInfo, type BrokerRuntimeInfoDeps } from '../statistics/broker-runtime-info'

/** GET_BROKER_RUNTIME_INFO. Rejects with StorageError. */
export function getBrokerRuntimeInfo(deps: BrokerRuntimeInfoDeps): RequestHandler {
  return answering(async () =>
    RemotingResponse.success(null, kvTableJson.encode({ table: await brokerRuntimeInfo(deps) })),
  )
}
