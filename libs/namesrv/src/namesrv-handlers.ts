import type { Clock, Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import type { RequestHandlers } from '@rocketmq-ts/remoting'
import type { MinBrokerIdNotifier } from './broker-liveness/min-broker-id-notifier'
import type { KvConfigTable } from './kv-config/kv-config-table'
import type { NamesrvConfig } from './namesrv-config'
import { addWritePermOfBroker } from './requests/add-write-perm-of-broker'
import { brokerHeartbeat } from './requests/broker-heartbeat'
import { deleteKvConfig } from './requests/delete-kv-config'
import { deleteTopicInNamesrv } from './requests/delete-topic-in-namesrv'
import { getAllTopicListFromNameserver } from './requests/get-all-topic-list-from-nameserver'
import { getBrokerClusterInfo } from './requests/get-broker-cluster-info'
import { getBrokerMemberGroup } from './requests/get-broker-member-group'
import { getKvConfig } from './requests/get-kv-config'
import { getKvListByNamespace } from './requests/get-kv-list-by-namespace'
import { getNamesrvConfig } from './requests/get-namesrv-config'
import { getRouteInfoByTopic } from './requests/get-route-info-by-topic'
import { getSystemTopicListFromNs } from './requests/get-system-topic-list-from-ns'
import { getTopicsByCluster } from './requests/get-topics-by-cluster'
import { getHasUnitSubTopicList, getHasUnitSubUnunitTopicList, getUnitTopicList } from './requests/get-unit-topic-list'
import { putKvConfig } from './requests/put-kv-config'
import { queryDataVersion } from './requests/query-data-version'
import { registerBrokerRequest } from './requests/register-broker'
import { registerTopicInNamesrv } from './requests/register-topic-in-namesrv'
import { unregisterBrokerRequest } from './requests/unregister-broker'
import { updateNamesrvConfig } from './requests/update-namesrv-config'
import { wipeWritePermOfBroker } from './requests/wipe-write-perm-of-broker'
import type { RouteAnswers } from './route-info/route-answers'
import type { RouteTables } from './route-info/route-tables'

export interface NamesrvHandlerDeps {
  readonly tables: RouteTables
  readonly answers: Pick<RouteAnswers, 'find'>
  readonly findRoute: (topic: string) => TopicRouteData | null
  readonly kvConfig: Pick<KvConfigTable, 'find' | 'list' | 'put' | 'delete'>
  readonly notifier: Pick<MinBrokerIdNotifier, 'onRegister' | 'onUnregister'>
  readonly runtimeConfig: Pick<RuntimeConfig<NamesrvConfig>, 'update' | 'toPropertiesText'>
  readonly config: NamesrvConfig
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly log: Log
}

/** All that a NameServer serves. */
export function namesrvHandlers(deps: NamesrvHandlerDeps): RequestHandlers {
  const { topics, brokers, live } = deps.tables
  const { config, clock, log } = deps
  return {
    [RequestCode.PUT_KV_CONFIG]: putKvConfig(deps),
    [RequestCode.GET_KV_CONFIG]: getKvConfig(deps),
    [RequestCode.DELETE_KV_CONFIG]: deleteKvConfig(deps),
    [RequestCode.REGISTER_BROKER]: registerBrokerRequest(deps),
    [RequestCode.UNREGISTER_BROKER]: unregisterBrokerRequest(deps),
    [RequestCode.GET_ROUTEINFO_BY_TOPIC]: getRouteInfoByTopic(deps),
    [RequestCode.GET_BROKER_CLUSTER_INFO]: getBrokerClusterInfo({ brokers }),
    [RequestCode.WIPE_WRITE_PERM_OF_BROKER]: wipeWritePermOfBroker({ topics, log }),
    [RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER]: getAllTopicListFromNameserver({ topics, config }),
    [RequestCode.DELETE_TOPIC_IN_NAMESRV]: deleteTopicInNamesrv(deps),
    [RequestCode.REGISTER_TOPIC_IN_NAMESRV]: registerTopicInNamesrv(deps),
    [RequestCode.GET_KVLIST_BY_NAMESPACE]: getKvListByNamespace(deps),
    [RequestCode.GET_TOPICS_BY_CLUSTER]: getTopicsByCluster(deps),
    [RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS]: getSystemTopicListFromNs({ brokers }),
    [RequestCode.GET_UNIT_TOPIC_LIST]: getUnitTopicList({ topics, config }),
    [RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST]: getHasUnitSubTopicList({ topics, config }),
    [RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST]: getHasUnitSubUnunitTopicList({ topics, config }),
    [RequestCode.UPDATE_NAMESRV_CONFIG]: updateNamesrvConfig(deps),
    [RequestCode.GET_NAMESRV_CONFIG]: getNamesrvConfig(deps),
    [RequestCode.QUERY_DATA_VERSION]: queryDataVersion({ live, clock }),
    [RequestCode.ADD_WRITE_PERM_OF_BROKER]: addWritePermOfBroker({ topics, log }),
    [RequestCode.GET_BROKER_MEMBER_GROUP]: getBrokerMemberGroup({ brokers }),
    [RequestCode.BROKER_HEARTBEAT]: brokerHeartbeat({ live, clock }),
  }
}
