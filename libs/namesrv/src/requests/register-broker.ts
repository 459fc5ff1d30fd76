import {
  bodyCrc32,
  decodeRegisterBrokerBody,
  initialDataVersion,
  kvTableJson,
  MqVersion,
  readRegisterBrokerHeader,
  RemotingResponse,
  ResponseCode,
  toExtFields,
  topicConfigTableJson,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { ORDER_TOPIC_CONFIG } from '../kv-config/kv-config-table'
import type { NamesrvConfig } from '../namesrv-config'
import { checkRegistration } from '../route-info/check-registration'
import type { BrokerRegistration, RegisterBrokerDeps } from '../route-info/register-broker'
import { registerBroker } from '../route-info/register-broker'

export interface RegisterBrokerRequestDeps extends RegisterBrokerDeps {
  readonly kvConfig: Pick<KvConfigTable, 'list'>
  readonly config: Pick<NamesrvConfig, 'deleteTopicWithBrokerRegistration' | 'returnOrderTopicConfigToBroker'>
}

/** What a zlib stream begins with, and JSON does not. */
const ZLIB_FIRST_BYTE = 0x78

type Told = Pick<BrokerRegistration, 'dataVersion' | 'topicConfigs' | 'queueMappings' | 'filterServers'>

/** REGISTER_BROKER. Throws MissingFieldError, InvalidFieldError, InvalidBodyError, InvalidRegistrationError. */
export function registerBrokerRequest(deps: RegisterBrokerRequestDeps): RequestHandler {
  return request => {
    const { command, channel } = request
    const header = readRegisterBrokerHeader(command)
    if (header.bodyCrc32 !== 0 && bodyCrc32(command.body ?? Buffer.alloc(0)) !== header.bodyCrc32) {
      return request.reply(refusal('crc32 not match'))
    }
    const registration = { ...header, ...readBody(command, header.compressed), zoneName: header.__ZONE_NAME, channel }
    checkRegistration(registration)
    const result = registerBroker(deps, registration)
    if (result === null) return request.reply(refusal('register broker failed'))
    const ordered = deps.config.returnOrderTopicConfigToBroker ? deps.kvConfig.list(ORDER_TOPIC_CONFIG) : null
    const body = ordered === null ? null : kvTableJson.encode({ table: ordered })
    request.reply(RemotingResponse.success(toExtFields({ ...result }), body))
  }
}

function refusal(remark: string): RemotingResponse {
  return new RemotingResponse({ code: ResponseCode.SYSTEM_ERROR, remark, extFields: {} })
}

function readBody({ body, version }: IncomingCommand, isCompressed: boolean): Told {
  if (body === null) {
    return { dataVersion: initialDataVersion(), topicConfigs: [], queueMappings: new Map(), filterServers: [] }
  }
  if (version < MqVersion.V3_0_11) {
    const { dataVersion, topicConfigTable } = topicConfigTableJson.decode(body)
    return { dataVersion, topicConfigs: [...topicConfigTable.values()], queueMappings: new Map(), filterServers: [] }
  }
  // A Java broker with compressedRegister says `compressed=false` of its compressed body.
  const compressed = isCompressed || body[0] === ZLIB_FIRST_BYTE
  const { filterServerList, topicConfigSerializeWrapper } = decodeRegisterBrokerBody(body, { compressed, version })
  const { dataVersion, topicConfigTable, topicQueueMappingInfoMap } = topicConfigSerializeWrapper
  return {
    dataVersion,
    topicConfigs: [...topicConfigTable.values()],
    queueMappings: topicQueueMappingInfoMap,
    filterServers: filterServerList,
  }
}
