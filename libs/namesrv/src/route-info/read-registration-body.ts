import { decodeRegisterBrokerBody, initialDataVersion, MqVersion, topicConfigTableJson } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { BrokerRegistration } from './register-broker'

/** What a zlib stream begins with, and JSON does not. */
const ZLIB_FIRST_BYTE = 0x78

export type RegistrationBody = Pick<
  BrokerRegistration,
  'dataVersion' | 'topicConfigs' | 'queueMappings' | 'filterServers'
>

/** Brokers before 3.0.11 send their topics alone, as JSON; without a body there are none. Throws InvalidBodyError. */
export function readRegistrationBody(command: IncomingCommand, isCompressed: boolean): RegistrationBody {
  const { body, version } = command
  const nothing = { dataVersion: initialDataVersion(), topicConfigs: [], queueMappings: new Map(), filterServers: [] }
  if (body === null) return nothing
  if (version < MqVersion.V3_0_11) {
    const { dataVersion, topicConfigTable } = topicConfigTableJson.decode(body)
    return { ...nothing, dataVersion, topicConfigs: [...topicConfigTable.values()] }
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
