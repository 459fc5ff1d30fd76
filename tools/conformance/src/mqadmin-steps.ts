/**
 * What is done, in this order, with Java's servers and with ours. `mqadmin` steps print, and what they print is compared;
 * the others make a client do what a command then shows. `{broker}`, `{namesrv}` and names given by `as` are filled in.
 */
export type MqadminStep =
  | { readonly mqadmin: readonly string[]; readonly compare?: Comparison }
  | { readonly send: SendStep; readonly as?: string }
  | { readonly 'start consumer': { readonly group: string; readonly topic: string }; readonly as?: string }
  | { readonly 'await consumed': { readonly group: string; readonly topic: string; readonly count: number } }
  | { readonly 'stop consumer': { readonly group: string } }
  | { readonly 'await route': { readonly topic: string } }
  | { readonly 'await stored': { readonly topic: string; readonly count: number } }
  | { readonly 'await producer': { readonly group: string; readonly topic: string } }
  | { readonly 'await counted': { readonly group: string; readonly topic: string } }

/**
 * lines: all lines, in order. set: all lines, in any order, as Java prints what it keeps in a hash map.
 * keys: of `key : value` and `key=value` lines the keys, as the values are the machine's; more than Java's may be there.
 */
export type Comparison = 'lines' | 'set' | 'keys'

interface SendStep {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  readonly tag: string
  readonly key: string
  readonly body: string
  /** What `as` gets: the id that says where the message lies, or the one that its client made. */
  readonly answer?: 'offsetMessageId' | 'uniqueKey'
}

const topic = 'AdminTopic'
const group = 'AdminGroup'
const cluster = '-c DefaultCluster'
const broker = '-b {broker}'

/** A command line as a user types it. */
function mqadmin(line: string, compare?: Comparison): MqadminStep {
  const args = [...line.split(' '), '-n', '{namesrv}']
  return compare === undefined ? { mqadmin: args } : { mqadmin: args, compare }
}

function send(queueId: number, number: number, as?: string): MqadminStep {
  const message = messageOf(queueId, number)
  return as === undefined ? { send: message } : { send: message, as }
}

function messageOf(queueId: number, number: number): SendStep {
  return { group: 'AdminProducer', topic, queueId, tag: 'TagA', key: `key-${number}`, body: `body-${number}` }
}

const topics: readonly MqadminStep[] = [
  mqadmin('clusterList'),
  mqadmin('clusterList -m'),
  mqadmin(`updateTopic ${cluster} -t ${topic} -r 4 -w 4`),
  mqadmin(`updateTopic ${broker} -t AdminOther -r 2 -w 3 -p 4`),
  mqadmin(`updateTopic ${broker} -t AdminOrdered -r 2 -w 2 -o true`),
  mqadmin(`updateTopic ${broker} -t bad.name -r 2 -w 2`),
  { 'await route': { topic } },
  { 'await route': { topic: 'AdminOther' } },
  { 'await route': { topic: 'AdminOrdered' } },
  mqadmin('topicList', 'set'),
  mqadmin(`topicRoute -t ${topic}`),
  mqadmin(`topicRoute -t AdminOther -l`),
  mqadmin('topicRoute -t Nowhere'),
  mqadmin(`topicClusterList -t ${topic}`),
  mqadmin(`topicStatus -t ${topic}`),
  mqadmin('topicStatus -t Nowhere'),
  mqadmin('updateOrderConf -t AdminOrdered -m get'),
  mqadmin(`updateOrderConf -t ${topic} -v broker-a:4 -m put`),
  mqadmin(`updateOrderConf -t ${topic} -m get`),
  mqadmin(`updateOrderConf -t ${topic} -m delete`),
  mqadmin(`updateOrderConf -t ${topic} -m get`),
]

const messages: readonly MqadminStep[] = [
  send(0, 0, 'first'),
  { send: { ...messageOf(0, 1), answer: 'uniqueKey' }, as: 'unique' },
  send(3, 2),
  mqadmin(`sendMessage -t ${topic} -p sent-by-mqadmin -k key-3 -c TagB -b broker-a -i 1`),
  { 'await stored': { topic, count: 4 } },
  mqadmin(`topicStatus -t ${topic}`),
  mqadmin(`queryMsgById -t ${topic} -i {first}`),
  mqadmin(`queryMsgByOffset -t ${topic} -b broker-a -i 0 -o 1`),
  mqadmin(`queryMsgByOffset -t ${topic} -b broker-a -i 0 -o 99`),
  mqadmin(`queryMsgByKey -t ${topic} -k key-1`),
  mqadmin(`queryMsgByKey -t ${topic} -k key-3 -c DefaultCluster`),
  mqadmin(`queryMsgByKey -t ${topic} -k TagA -p T`),
  mqadmin(`queryMsgByKey -t ${topic} -k TagA -p T -m 2`),
  mqadmin(`queryMsgByKey -t ${topic} -k TagA`),
  mqadmin(`queryMsgByKey -t ${topic} -k key-1 -p X`),
  mqadmin(`queryMsgByKey -t ${topic} -k key-1 -e 1`),
  mqadmin(`queryMsgByKey -t ${topic} -k nokey`),
  mqadmin('queryMsgByKey -t Nowhere -k key-1'),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique}`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique} -a -c DefaultCluster`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique} -s 0 -e 1`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i 7F000001000018B4AAC2000000000000`),
  mqadmin(`consumeMessage -t ${topic} -b broker-a -i 0`),
  mqadmin(`consumeMessage -t ${topic} -b broker-a -i 0 -o 1 -c 1`),
  mqadmin(`consumeMessage -t ${topic}`, 'set'),
  mqadmin(`printMsgByQueue -t ${topic} -a broker-a -i 0 -p true -d true -f true`),
  mqadmin(`printMsg -t ${topic} -s TagB`),
  mqadmin(`allocateMQ -t ${topic} -i 10.0.0.1,10.0.0.2`),
]

const clients: readonly MqadminStep[] = [
  { 'start consumer': { group, topic }, as: 'client' },
  { 'await consumed': { group, topic, count: 4 } },
  mqadmin(`consumerConnection -g ${group}`),
  mqadmin('consumerConnection -g NobodyHere'),
  mqadmin(`queryMsgById -t ${topic} -i {first} -g ${group} -d {client}`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique}`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique} -g ${group} -d {client}`),
  mqadmin(`queryMsgByUniqueKey -t ${topic} -i {unique} -g ${group} -d nobody`),
  mqadmin(`consumerConnection -g ${group} ${broker}`),
  mqadmin(`consumerStatus -g ${group} -i {client}`, 'keys'),
  mqadmin(`consumerStatus -g ${group} -i nobody`),
  mqadmin('consumerStatus -g NobodyHere'),
  mqadmin(`getConsumerStatus -g ${group} -t ${topic}`, 'set'),
  mqadmin(`getConsumerStatus -g ${group} -t ${topic} -i {client}`, 'set'),
  mqadmin(`getConsumerStatus -g NobodyHere -t ${topic}`),
  { 'await producer': { group: 'AdminProducer', topic } },
  mqadmin(`producerConnection -g AdminProducer -t ${topic}`),
  mqadmin(`producerConnection -g NobodyHere -t ${topic}`),
  mqadmin(`producer ${broker}`, 'set'),
  mqadmin('consumerProgress', 'set'),
  mqadmin(`consumerProgress -g ${group}`),
  mqadmin(`consumerProgress -g ${group} -t ${topic} -s true`),
  mqadmin(`topicList ${cluster}`, 'set'),
  send(1, 6),
  { 'await consumed': { group, topic, count: 5 } },
  { 'await counted': { group, topic } },
  mqadmin('statsAll', 'set'),
  mqadmin('statsAll -a', 'set'),
  mqadmin(`statsAll -t ${topic}`),
]

const offsets: readonly MqadminStep[] = [
  mqadmin(`resetOffsetByTime -g ${group} -t ${topic} -s 0`, 'set'),
  { 'await consumed': { group, topic, count: 10 } },
  mqadmin(`consumerProgress -g ${group} -t ${topic}`),
  { 'stop consumer': { group } },
  mqadmin(`consumerConnection -g ${group}`),
  send(0, 4),
  send(0, 5),
  { 'await stored': { topic, count: 7 } },
  mqadmin(`consumerProgress -g ${group} -t ${topic}`),
  mqadmin(`cloneGroupOffset -s ${group} -d AdminClone -t ${topic}`),
  mqadmin(`consumerProgress -g AdminClone -t ${topic}`),
  mqadmin(`cloneGroupOffset -s NobodyHere -d AdminClone -t ${topic}`),
  mqadmin(`resetOffsetByTime -g ${group} -t ${topic} -s 0 ${broker} -q 0 -o 0`),
  mqadmin(`skipAccumulatedMessage -g ${group} -t ${topic}`, 'set'),
  mqadmin(`consumerProgress -g ${group} -t ${topic}`),
  mqadmin(`resetOffsetByTime -g ${group} -t ${topic} -s now ${broker} -q 0 -o 1`),
  mqadmin(`consumerProgress -g ${group} -t ${topic}`),
  mqadmin('resetOffsetByTime -g NobodyHere -t Nowhere -s 0'),
]

const groups: readonly MqadminStep[] = [
  mqadmin(`updateSubGroup ${cluster} -g AdminSub -s true -m false -d true -q 2 -r 3 -i 0 -w 1 -a true`),
  mqadmin(`updateSubGroup ${broker} -g AdminBare`),
  mqadmin('getConsumerConfig -g AdminSub'),
  mqadmin('getConsumerConfig -g AdminBare'),
  mqadmin(
    `updateSubGroup ${broker} -g AdminRetry -r 5 -p {"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000]}}`,
  ),
  mqadmin('getConsumerConfig -g AdminRetry'),
  mqadmin(
    `updateSubGroup ${broker} -g AdminRetry -p {"type":"EXPONENTIAL","exponentialRetryPolicy":{"initial":1000,"max":9000,"multiplier":3}}`,
  ),
  mqadmin('getConsumerConfig -g AdminRetry'),
  mqadmin(`setConsumeMode ${broker} -t ${topic} -g AdminRetry -m POP -q 4`),
  mqadmin(`setConsumeMode ${cluster} -t ${topic} -g AdminRetry -m PULL`),
  mqadmin(`setConsumeMode ${broker} -t %RETRY%AdminRetry -g AdminRetry -m POP -q 4`),
  mqadmin(`deleteSubGroup ${cluster} -g AdminSub`),
  // Not asked for again: Java's broker makes the group anew, with its defaults, while it deletes it.
  mqadmin(`deleteSubGroup ${broker} -g AdminBare -r true`),
]

const permissions: readonly MqadminStep[] = [
  mqadmin(`updateTopicPerm ${broker} -t ${topic} -p 4`),
  mqadmin(`topicRoute -t ${topic}`),
  mqadmin(`updateTopicPerm ${cluster} -t ${topic} -p 6`),
  mqadmin('wipeWritePerm -b broker-a'),
  mqadmin(`topicRoute -t ${topic}`),
  mqadmin('addWritePerm -b broker-a'),
  mqadmin(`topicRoute -t ${topic}`),
  mqadmin('wipeWritePerm -b nobody'),
]

const settings: readonly MqadminStep[] = [
  mqadmin(`getBrokerConfig ${broker}`, 'keys'),
  mqadmin(`updateBrokerConfig ${broker} -k fileReservedTime -v 48`),
  mqadmin(`updateBrokerConfig ${cluster} -k maxMessageSize -v 2097152`),
  mqadmin(`updateBrokerConfig ${broker} -k brokerConfigPath -v elsewhere`),
  mqadmin(`getBrokerConfig ${cluster}`, 'keys'),
  mqadmin('getNamesrvConfig', 'keys'),
  mqadmin('updateNamesrvConfig -k orderMessageEnable -v true'),
  mqadmin('updateNamesrvConfig -k configStorePath -v elsewhere'),
  mqadmin('getNamesrvConfig', 'keys'),
  mqadmin(`brokerStatus ${broker}`, 'keys'),
  mqadmin(`brokerStatus ${cluster}`, 'keys'),
]

const cleaning: readonly MqadminStep[] = [
  mqadmin(`deleteExpiredCommitLog ${broker}`),
  mqadmin(`deleteExpiredCommitLog ${cluster}`),
  mqadmin(`cleanExpiredCQ ${broker}`),
  mqadmin(`cleanExpiredCQ ${cluster}`),
  mqadmin(`cleanUnusedTopic ${broker}`),
  mqadmin(`cleanUnusedTopic ${cluster}`),
  mqadmin(`topicStatus -t ${topic}`),
]

const removal: readonly MqadminStep[] = [
  mqadmin(`deleteTopic ${cluster} -t AdminOther`),
  mqadmin('topicRoute -t AdminOther'),
  mqadmin(`deleteTopic ${cluster} -t ${topic}`),
  mqadmin('topicList', 'set'),
  mqadmin('clusterList'),
]

export const mqadminSteps: readonly MqadminStep[] = [
  ...topics,
  ...messages,
  ...clients,
  ...offsets,
  ...groups,
  ...permissions,
  ...settings,
  ...cleaning,
  ...removal,
]
