import { RefusedError } from '@rocketmq-ts/base'
import { producerConnectionOf, type ProducerTable } from '@rocketmq-ts/client-housekeeping'
import {
  producerConnectionJson,
  readGetProducerConnectionListHeader,
  RemotingResponse,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'

export interface GetProducerConnectionListDeps {
  readonly producers: Pick<ProducerTable, 'isGroupOnline' | 'members'>
}

/** No producer of the group is connected. */
export class ProducerNotOnlineError extends RefusedError {
  readonly code = 'RMQ_PRODUCER_NOT_ONLINE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(group: string) {
    super(`the producer group[${group}] not exist`)
  }
}

/** GET_PRODUCER_CONNECTION_LIST. Throws MissingFieldError, ProducerNotOnlineError. */
export function getProducerConnectionList({ producers }: GetProducerConnectionListDeps): RequestHandler {
  return request => {
    const { producerGroup } = readGetProducerConnectionListHeader(request.command)
    const connection = producerConnectionOf(producers, producerGroup)
    if (connection === null) throw new ProducerNotOnlineError(producerGroup)
    request.reply(RemotingResponse.success(null, producerConnectionJson.encode(connection)))
  }
}
