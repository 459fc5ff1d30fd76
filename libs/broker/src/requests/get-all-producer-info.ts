import { producerTableInfoOf, type ProducerTable } from '@rocketmq-ts/client-housekeeping'
import { producerTableInfoJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'

export interface GetAllProducerInfoDeps {
  readonly producers: Pick<ProducerTable, 'groups' | 'members'>
}

/** GET_ALL_PRODUCER_INFO: every producer that is connected, by group. */
export function getAllProducerInfo({ producers }: GetAllProducerInfoDeps): RequestHandler {
  return request => {
    request.reply(RemotingResponse.success(null, producerTableInfoJson.encode(producerTableInfoOf(producers))))
  }
}
