import {
  readGetBrokerMemberGroupHeader,
  RemotingResponse,
  ResponseCode,
  brokerMemberGroupResponseJson,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerTable } from '../route-info/broker-table'
import { replying } from './replying'

/** GET_BROKER_MEMBER_GROUP: master and slaves of one broker name; none if it is not known. Throws MissingFieldError. */
export function getBrokerMemberGroup({ brokers }: { readonly brokers: Pick<BrokerTable, 'find'> }): RequestHandler {
  return replying(request => {
    const { clusterName, brokerName } = readGetBrokerMemberGroupHeader(request.command)
    const brokerAddrs = brokers.find(brokerName)?.brokerAddrs ?? new Map<number, string>()
    const body = brokerMemberGroupResponseJson.encode({
      brokerMemberGroup: { brokerAddrs, brokerName, cluster: clusterName },
    })
    // Java forgets to clear the remark of this one.
    const remark = 'not set any response code'
    return new RemotingResponse({ code: ResponseCode.SUCCESS, remark, body })
  })
}
