import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../status'

/** What can be asked of a topic, and not yet of a lite topic. */
export function notByLiteTopic(): InvalidRequestError {
  return new InvalidRequestError(v2.Code.NOT_IMPLEMENTED, 'this cannot be asked of a lite topic: ask of its parent')
}
