import { RequestCode as Code, encodeCompressedRegisterBrokerBody, registerBrokerBodyJson } from '@rocketmq-ts/protocol'
import type { Question } from '../support/asking-connection'
import type { TestBroker } from '../support/registrations'
import { brokerFields, registration, registrationBody, topicsWrapper } from '../support/registrations'

/** One step of the session. `by`: which of the two connections asks, `broker` if not said. */
export interface Step extends Question {
  readonly name: string
  readonly by?: 'other'
}

const master: TestBroker = { brokerName: 'ba', brokerAddr: '127.0.0.1:1001' }
const slave: TestBroker = {
  brokerName: 'ba',
  brokerId: 1,
  brokerAddr: '127.0.0.1:1002',
  fields: { enableActingMaster: 'true' },
}
const zoned: TestBroker = { brokerName: 'bb', brokerAddr: '127.0.0.1:1003', fields: { __ZONE_NAME: 'z1' } }
const rival: TestBroker = { brokerName: 'bb', brokerAddr: '127.0.0.1:1004' }
const statical: TestBroker = { brokerName: 'bs', brokerAddr: '127.0.0.1:1011' }
const stranger: TestBroker = { brokerName: 'bx', brokerAddr: '127.0.0.1:9999' }
const at = (brokerName: string, port: number): TestBroker => ({ brokerName, brokerAddr: `127.0.0.1:${port}` })

const version = (counter: number): string => JSON.stringify({ counter, stateVersion: 0, timestamp: 1000 })
const route = (topic: string, more: Partial<Step> = {}): Omit<Step, 'name'> => ({
  code: Code.GET_ROUTEINFO_BY_TOPIC,
  extFields: { topic },
  ...more,
})
const queues = (brokerName: string): string =>
  JSON.stringify({
    queueDatas: [{ brokerName, perm: 6, readQueueNums: 1, writeQueueNums: 1, topicSysFlag: 0 }],
    brokerDatas: [],
  })
const compressed = (...topics: readonly string[]): Buffer =>
  encodeCompressedRegisterBrokerBody(registerBrokerBodyJson.decode(registrationBody({ topics })))
const mapping = { topic: 'TS', bname: 'bs', totalQueues: 2, epoch: 5, dirty: false, currIdMap: { 0: 0, 1: 1 } }
const kv = (namespace: string, key: string): Readonly<Record<string, string>> => ({ namespace, key })

/** What two brokers, a client and an admin ask a fresh NameServer, in this order. */
export const session: readonly Step[] = [
  { name: 'route of an unknown topic', ...route('T1') },
  { name: 'clusters of an empty NameServer', code: Code.GET_BROKER_CLUSTER_INFO },
  { name: 'topics of an empty NameServer', code: Code.GET_ALL_TOPIC_LIST_FROM_NAMESERVER },
  { name: 'system topics of an empty NameServer', code: Code.GET_SYSTEM_TOPIC_LIST_FROM_NS },
  { name: 'KV unknown', code: Code.GET_KV_CONFIG, extFields: kv('N', 'K') },
  { name: 'KV namespace unknown', code: Code.GET_KVLIST_BY_NAMESPACE, extFields: { namespace: 'N' } },
  { name: 'registration of one topic by an unknown broker', ...registration(master, { topics: ['T1'] }) },
  {
    name: 'registration with a wrong CRC',
    ...registration({ ...master, fields: { bodyCrc32: '5' } }, { topics: ['T1', 'T2'] }),
  },
  {
    name: 'registration',
    ...registration(master, { topics: ['T1', { topicName: 'T2', perm: 4, topicSysFlag: 1 }] }),
  },
  { name: 'route', ...route('T1') },
  { name: 'route for an old client', ...route('T1', { version: 317 }) },
  {
    name: 'route for an old client that takes standard JSON only',
    ...route('T1', { version: 317, extFields: { topic: 'T1', acceptStandardJsonOnly: 'true' } }),
  },
  { name: 'registration of a slave', ...registration(slave, { topics: ['T1', 'T2', 'T3'] }), by: 'other' },
  { name: 'route with a slave', ...route('T1') },
  { name: 'a topic that only the slave has', ...route('T3') },
  { name: 'clusters', code: Code.GET_BROKER_CLUSTER_INFO },
  { name: 'topics', code: Code.GET_ALL_TOPIC_LIST_FROM_NAMESERVER },
  { name: 'topics of a cluster', code: Code.GET_TOPICS_BY_CLUSTER, extFields: { cluster: 'C1' } },
  { name: 'topics of an unknown cluster', code: Code.GET_TOPICS_BY_CLUSTER, extFields: { cluster: 'CX' } },
  { name: 'unit topics', code: Code.GET_UNIT_TOPIC_LIST },
  { name: 'unit subscription topics', code: Code.GET_HAS_UNIT_SUB_TOPIC_LIST },
  { name: 'unit subscription topics of no unit', code: Code.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST },
  {
    name: 'KV put',
    code: Code.PUT_KV_CONFIG,
    extFields: { ...kv('ORDER_TOPIC_CONFIG', 'T1'), value: 'ba:4' },
  },
  { name: 'KV put without a key', code: Code.PUT_KV_CONFIG, extFields: { namespace: 'N' } },
  { name: 'KV get', code: Code.GET_KV_CONFIG, extFields: kv('ORDER_TOPIC_CONFIG', 'T1') },
  { name: 'KV list', code: Code.GET_KVLIST_BY_NAMESPACE, extFields: { namespace: 'ORDER_TOPIC_CONFIG' } },
  {
    name: 'registration of one changed topic, answered with the ordered topics',
    ...registration(master, { topics: ['T1'], counter: 2 }),
  },
  { name: 'a topic that was not in the last registration', ...route('T2') },
  { name: 'KV delete', code: Code.DELETE_KV_CONFIG, extFields: kv('ORDER_TOPIC_CONFIG', 'T1') },
  { name: 'KV delete of an unknown key', code: Code.DELETE_KV_CONFIG, extFields: kv('X', 'T1') },
  { name: 'KV get after the delete', code: Code.GET_KV_CONFIG, extFields: kv('ORDER_TOPIC_CONFIG', 'T1') },
  {
    name: 'registration answered with no ordered topic any more',
    ...registration(master, { topics: ['T1'], counter: 3 }),
  },
  { name: 'same data version', code: Code.QUERY_DATA_VERSION, extFields: brokerFields(master), body: version(3) },
  { name: 'other data version', code: Code.QUERY_DATA_VERSION, extFields: brokerFields(master), body: version(9) },
  {
    name: 'data version of a stranger',
    code: Code.QUERY_DATA_VERSION,
    extFields: brokerFields(stranger),
    body: version(9),
  },
  { name: 'heartbeat', code: Code.BROKER_HEARTBEAT, extFields: brokerFields(master) },
  { name: 'heartbeat of a stranger', code: Code.BROKER_HEARTBEAT, extFields: brokerFields(stranger) },
  { name: 'member group', code: Code.GET_BROKER_MEMBER_GROUP, extFields: brokerFields(master) },
  { name: 'member group of a stranger', code: Code.GET_BROKER_MEMBER_GROUP, extFields: brokerFields(stranger) },
  { name: 'write permission wiped', code: Code.WIPE_WRITE_PERM_OF_BROKER, extFields: { brokerName: 'ba' } },
  { name: 'route without write permission', ...route('T1') },
  { name: 'write permission added', code: Code.ADD_WRITE_PERM_OF_BROKER, extFields: { brokerName: 'ba' } },
  { name: 'route with permission 6, whatever it was before', ...route('T2') },
  { name: 'write permission of a stranger', code: Code.WIPE_WRITE_PERM_OF_BROKER, extFields: { brokerName: 'bx' } },
  {
    name: 'topic registered alone',
    code: Code.REGISTER_TOPIC_IN_NAMESRV,
    extFields: { topic: 'T7' },
    body: queues('ba'),
  },
  { name: 'route of it', ...route('T7') },
  {
    name: 'topic of a stranger registered alone',
    code: Code.REGISTER_TOPIC_IN_NAMESRV,
    extFields: { topic: 'T8' },
    body: queues('bq'),
  },
  { name: 'route of the topic of a stranger', ...route('T8') },
  { name: 'topic registered without queues', code: Code.REGISTER_TOPIC_IN_NAMESRV, extFields: { topic: 'T8' } },
  {
    name: 'topic deleted in a cluster',
    code: Code.DELETE_TOPIC_IN_NAMESRV,
    extFields: { topic: 'T7', clusterName: 'C1' },
  },
  { name: 'route of it after that', ...route('T7') },
  { name: 'topic deleted', code: Code.DELETE_TOPIC_IN_NAMESRV, extFields: { topic: 'T2' } },
  { name: 'route of the deleted topic', ...route('T2') },
  {
    name: 'registration with a zone',
    ...registration(zoned, { topics: ['T中文', 'TZ'], stateVersion: 5 }),
    by: 'other',
  },
  { name: 'route with a name that is not ASCII, and a zone', ...route('T中文') },
  { name: 'the same for an old client', ...route('T中文', { version: 317 }) },
  {
    name: 'address taken over with a lower state version',
    ...registration(rival, { topics: ['T1', 'T9'], stateVersion: 4 }),
  },
  { name: 'member group after that', code: Code.GET_BROKER_MEMBER_GROUP, extFields: brokerFields(rival) },
  {
    name: 'address taken over with a higher state version',
    ...registration(rival, { topics: ['T1', 'T9'], stateVersion: 6 }),
  },
  { name: 'member group after this', code: Code.GET_BROKER_MEMBER_GROUP, extFields: brokerFields(rival) },
  {
    name: 'slave that becomes master',
    ...registration({ ...slave, brokerId: 0 }, { topics: ['T1', 'T2'], counter: 9, stateVersion: 9 }),
    by: 'other',
  },
  { name: 'member group with the new master', code: Code.GET_BROKER_MEMBER_GROUP, extFields: brokerFields(master) },
  {
    name: 'registration with filter servers',
    ...registration(at('bf', 1010), { topics: ['TF', 'TF2'], filterServers: ['127.0.0.1:7001', '127.0.0.1:7002'] }),
  },
  { name: 'route with filter servers', ...route('TF') },
  {
    name: 'registration of a static topic',
    ...registration(statical, { topics: ['TS', 'TS2'], queueMappings: { TS: mapping } }),
  },
  { name: 'route of a static topic', ...route('TS') },
  { name: 'the same route for an old client', ...route('TS', { version: 317 }) },
  {
    name: 'registration of a broker before 3.0.11',
    code: Code.REGISTER_BROKER,
    extFields: brokerFields(at('bo', 1012)),
    body: JSON.stringify(topicsWrapper({ topics: ['TO', 'TO2'] })),
    version: 5,
  },
  { name: 'route to it', ...route('TO') },
  { name: 'registration without a body', code: Code.REGISTER_BROKER, extFields: brokerFields(at('bn', 1013)) },
  {
    name: 'member group of a broker without topics',
    code: Code.GET_BROKER_MEMBER_GROUP,
    extFields: brokerFields(at('bn', 1013)),
  },
  {
    name: 'compressed registration',
    code: Code.REGISTER_BROKER,
    extFields: { ...brokerFields(at('bc', 1014)), compressed: 'true' },
    body: compressed('TC', 'TC2'),
  },
  { name: 'route after a compressed registration', ...route('TC') },
  { name: 'update of a key on the black list', code: Code.UPDATE_NAMESRV_CONFIG, body: 'kvConfigPath=/x\n' },
  { name: 'update of another key on it', code: Code.UPDATE_NAMESRV_CONFIG, body: 'rocketmqHome=/x\n' },
  { name: 'update of an unknown key', code: Code.UPDATE_NAMESRV_CONFIG, body: 'nosuch=1\n' },
  { name: 'update without a body', code: Code.UPDATE_NAMESRV_CONFIG },
  {
    name: 'update that switches lists off and ordered topics on',
    code: Code.UPDATE_NAMESRV_CONFIG,
    body: 'enableAllTopicList=false\nenableTopicList=false\norderMessageEnable=true\n',
  },
  { name: 'topics, switched off', code: Code.GET_ALL_TOPIC_LIST_FROM_NAMESERVER },
  { name: 'topics of a cluster, switched off', code: Code.GET_TOPICS_BY_CLUSTER, extFields: { cluster: 'C1' } },
  { name: 'unit topics, switched off', code: Code.GET_UNIT_TOPIC_LIST },
  {
    name: 'KV put of an ordered topic',
    code: Code.PUT_KV_CONFIG,
    extFields: { ...kv('ORDER_TOPIC_CONFIG', 'TC'), value: 'bc:4' },
  },
  { name: 'route of an ordered topic', ...route('TC') },
  { name: 'a code that no NameServer serves', code: 9999 },
]
