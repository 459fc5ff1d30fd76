import {
  bodyCrc32,
  kvTableJson,
  readRegisterBrokerHeader,
  RemotingResponse,
  ResponseCode,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { ORDER_TOPIC_CONFIG } from '../kv-config/kv-config-table'
import type { NamesrvConfig } from '../namesrv-config'
import { checkRegistration } from '../route-info/check-registration'
import type { RegisterBrokerDeps } from '../route-info/register-broker'
import { readRegistrationBody } from '../route-info/read-registration-body'
import { registerBroker } from '../route-info/register-broker'
import { replying } from './replying'

export interface RegisterBrokerRequestDeps extends RegisterBrokerDeps {
  readonly kvConfig: Pick<KvConfigTable, 'list'>
  readonly config: Pick<NamesrvConfig, 'deleteTopicWithBrokerRegistration' | 'returnOrderTopicConfigToBroker'>
}

/** REGISTER_BROKER. Throws MissingFieldError, InvalidFieldError, InvalidBodyError, InvalidRegistrationError. */
export function registerBrokerRequest(deps: RegisterBrokerRequestDeps): RequestHandler {
  return replying(request => {
    const { command, channel } = request
    const header = readRegisterBrokerHeader(command)
    if (header.bodyCrc32 !== 0 && bodyCrc32(command.body ?? Buffer.alloc(0)) !== header.bodyCrc32) {
      return refusal('crc32 not match')
    }
    const registration = {
      ...header,
      ...readRegistrationBody(command, header.compressed),
      zoneName: header.__ZONE_NAME,
      channel,
    }
    checkRegistration(registration)
    const result = registerBroker(deps, registration)
    if (result === null) return refusal('register broker failed')
    const ordered = deps.config.returnOrderTopicConfigToBroker ? deps.kvConfig.list(ORDER_TOPIC_CONFIG) : null
    const body = ordered === null ? null : kvTableJson.encode({ table: ordered })
    return RemotingResponse.success(toExtFields({ ...result }), body)
  })
}

function refusal(remark: string): RemotingResponse {
  return new RemotingResponse({ code: ResponseCode.SYSTEM_ERROR, remark, extFields: {} })
}
