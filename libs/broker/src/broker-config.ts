import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'
import { liteConfigShape } from './lite/lite-config'
import { popConfigShape } from './pop/pop-config'

/**
 * Java's keys and defaults, so that a broker.conf written for Java works. Only what this broker acts on; the store and
 * the transport have schemas of their own. Source: common/BrokerConfig.java, common/BrokerIdentity.java
 */
export const brokerConfigSchema = z.object({
  // Who this broker is
  brokerClusterName: restartOnly(z.string().min(1).default('DefaultCluster')).describe(
    'the cluster that it belongs to',
  ),
  brokerName: restartOnly(z.string().min(1).default('DEFAULT_BROKER')).describe('shared by a master and its slaves'),
  brokerId: restartOnly(wholeNumber().default(0)).describe('0 is the master, others are slaves'),
  brokerIP1: restartOnly(z.string().min(1).default('127.0.0.1')).describe('the address that clients are told to use'),
  brokerIP2: restartOnly(z.string().default('')).describe('the address that slaves are told to use; empty: brokerIP1'),
  listenPort: restartOnly(wholeNumber({ max: 65_535 }).default(10_911)).describe('0 takes a free port'),
  haListenPort: restartOnly(wholeNumber({ min: -1 }).default(0)).describe('0 or less: listenPort + 1'),
  brokerPermission: wholeNumber({ max: 15 }).default(6).describe('4 read, 2 write; masks every topic'),
  regionId: z.string().default('DefaultRegion').describe('returned to producers as MSG_REGION'),
  rocketmqHome: restartOnly(z.string().default('')).describe('ROCKETMQ_HOME'),
  brokerConfigPath: restartOnly(z.string().default('')).describe('the file that runtime updates are written to'),
  configBlackList: restartOnly(z.string().default('configBlackList;brokerConfigPath')).describe(
    'keys that cannot be changed at runtime, separated by ;',
  ),

  // NameServers
  namesrvAddr: z.string().default('').describe('host:port of every NameServer, separated by ;'),
  registerNameServerPeriod: restartOnly(wholeNumber().default(30_000)).describe(
    'ms between registrations, kept within 10 000 and 60 000',
  ),
  registerBrokerTimeoutMills: wholeNumber()
    .default(24_000)
    .describe('ms that a NameServer may take to answer a registration'),
  forceRegister: trueOrFalse().default(true).describe('false: ask each NameServer first whether it has this version'),
  compressedRegister: trueOrFalse()
    .default(false)
    .describe('registrations are compressed; Java 5.5.0’s NameServer cannot read them'),
  enableSplitRegistration: trueOrFalse().default(false).describe('topics are registered in portions'),
  splitRegistrationSize: wholeNumber().default(800).describe('topics per registration when split'),
  enableSingleTopicRegister: trueOrFalse()
    .default(false)
    .describe('announce a changed topic by REGISTER_TOPIC_IN_NAMESRV'),
  enableSlaveActingMaster: restartOnly(trueOrFalse().default(false)).describe(
    'sends heartbeats and asks for an acting master',
  ),
  brokerHeartbeatInterval: restartOnly(wholeNumber().default(1_000)).describe('ms between heartbeats to NameServers'),
  brokerNotActiveTimeoutMillis: wholeNumber()
    .default(10_000)
    .describe('after which a NameServer drops a silent broker'),
  compatibleWithOldNameSrv: trueOrFalse()
    .default(true)
    .describe('heartbeats are QUERY_DATA_VERSION, not BROKER_HEARTBEAT'),

  // Topics and groups
  autoCreateTopicEnable: trueOrFalse().default(true).describe('a send to an unknown topic makes it'),
  defaultTopicQueueNums: wholeNumber()
    .default(8)
    .describe('queues of TBW102: the most that an auto-created topic gets'),
  clusterTopicEnable: restartOnly(trueOrFalse().default(true)).describe(
    'the topic named for the cluster is readable and writable',
  ),
  brokerTopicEnable: restartOnly(trueOrFalse().default(true)).describe(
    'the topic named for the broker is readable and writable',
  ),
  traceTopicEnable: restartOnly(trueOrFalse().default(false)).describe(
    'makes the topic of message traces at the start',
  ),
  msgTraceTopicName: restartOnly(z.string().min(1).default('RMQ_SYS_TRACE_TOPIC')).describe(
    'the topic of message traces',
  ),
  timerWheelEnable: restartOnly(trueOrFalse().default(true)).describe(
    'false: messages for a certain time are refused, and those that wait do so',
  ),
  reviveQueueNum: restartOnly(wholeNumber().default(8)).describe(
    'queues of the topic that pop consumption keeps its books in',
  ),
  autoCreateSubscriptionGroup: trueOrFalse()
    .default(true)
    .describe('an unknown consumer group is made when it first shows up'),
  enableCreateSysGroup: trueOrFalse()
    .default(true)
    .describe('groups CID_RMQ_SYS_… are created even without the switch above'),
  validateSystemTopicWhenUpdateTopic: trueOrFalse()
    .default(true)
    .describe('system topics can be neither changed nor deleted'),
  enableMixedMessageType: trueOrFalse().default(false).describe('message.type=MIXED may be given to a topic'),
  clearRetryTopicWhenDeleteTopic: trueOrFalse()
    .default(true)
    .describe('a deleted topic takes the retry topics of its pop consumers along'),
  enableSplitMetadata: trueOrFalse().default(true).describe('slaves fetch topics and groups in pages'),
  splitMetadataSize: wholeNumber().default(2_000).describe('topics or groups per page'),

  // Clients
  notifyConsumerIdsChangedEnable: trueOrFalse().default(true).describe('a group is told when a member comes or goes'),
  realTimeNotifyConsumerChange: trueOrFalse().default(true).describe('at once; else within 10 s, many changes as one'),
  rejectPullConsumerEnable: trueOrFalse().default(false).describe('consumers that pull by themselves are refused'),
  channelExpiredTimeout: wholeNumber().default(120_000).describe('a client silent for so long is dropped'),
  subscriptionExpiredTimeout: wholeNumber()
    .default(600_000)
    .describe('ms after which a topic that a group no longer subscribes to is forgotten'),

  configManagerVersion: restartOnly(z.enum(['v1', 'kv']).default('v1')).describe(
    "what keeps topics, groups and consumer offsets: `v1` Java's JSON files, `kv` a database each for very many of them; " +
      "Java's RocksDB (`v2`) is not served",
  ),

  // Offsets
  flushConsumerOffsetInterval: restartOnly(wholeNumber().default(5_000)).describe(
    'ms between writes of consumerOffset.json',
  ),
  consumerOffsetUpdateVersionStep: wholeNumber().default(500).describe('commits per step of its version'),
  useServerSideResetOffset: trueOrFalse()
    .default(true)
    .describe('a reset of offsets takes effect in the broker, not by asking its consumers'),

  enableBroadcastOffsetStore: trueOrFalse()
    .default(true)
    .describe('how far clients of broadcasting groups have pulled is remembered, for when they go to a proxy and back'),
  broadcastOffsetExpireSecond: wholeNumber()
    .default(120)
    .describe('s after its last pull, such a client is forgotten when it is not connected'),
  broadcastOffsetExpireMaxSecond: wholeNumber()
    .default(300)
    .describe('s after its last pull, such a client is forgotten though it is connected'),

  // Sending and delaying
  startAcceptSendRequestTimeStamp: wholeNumber({ max: Number.MAX_SAFE_INTEGER })
    .default(0)
    .describe('sends before this time, in ms since 1970, are refused'),
  traceOn: trueOrFalse().default(true).describe('clients are told that traces are wanted'),
  storeReplyMessageEnable: trueOrFalse()
    .default(true)
    .describe('a reply is kept in the reply topic after it was handed to who waits for it'),
  rejectTransactionMessage: trueOrFalse().default(false).describe('transactional messages are refused'),
  transactionCheckInterval: wholeNumber({ min: 1 })
    .default(30_000)
    .describe('ms between two rounds in which producers are asked for the outcome of open transactions'),
  transactionTimeOut: wholeNumber().default(6_000).describe('ms that a producer has before it is asked'),
  transactionCheckMax: wholeNumber()
    .default(15)
    .describe('a transaction checked so often is given up, to TRANS_CHECK_MAX_TIME_TOPIC'),
  transactionOpMsgMaxSize: wholeNumber({ min: 1 })
    .default(4_096)
    .describe('bytes of one note of ended transactions; more are written at once'),
  transactionOpBatchInterval: wholeNumber().default(3_000).describe('ms after which ended transactions are noted'),
  transactionMetricFlushInterval: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'ms between writes of transactionMetrics',
  ),
  recallMessageEnable: trueOrFalse().default(false).describe('producers may take back timed messages'),
  allowRecallWhenBrokerNotWriteable: trueOrFalse()
    .default(true)
    .describe('and may do so while brokerPermission lets nobody write'),
  messageDelayLevel: restartOnly(
    z.string().default('1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'),
  ).describe('what the delay levels are, from 1 on; s, m, h or d'),
  flushDelayOffsetInterval: restartOnly(wholeNumber().default(10_000)).describe(
    'ms between writes of delayOffset.json',
  ),
  delayOffsetUpdateVersionStep: wholeNumber()
    .default(200)
    .describe('deliveries per step of the version of the delay offsets'),

  // Popping
  ...popConfigShape,

  // Lite topics
  ...liteConfigShape,

  // Pulling
  longPollingEnable: trueOrFalse()
    .default(true)
    .describe('a pull waits for messages as long as it asks to; else shortPollingTimeMills'),
  shortPollingTimeMills: wholeNumber().default(1_000).describe('ms that a pull waits when longPollingEnable is off'),
  litePullMessageEnable: trueOrFalse().default(true).describe('LITE_PULL_MESSAGE is served'),
  slaveReadEnable: trueOrFalse().default(false).describe('consumers that fall behind are sent to a slave'),

  // Filtering
  enablePropertyFilter: trueOrFalse().default(false).describe('consumers may filter by SQL92'),
  filterSupportRetry: trueOrFalse()
    .default(false)
    .describe('a pull with SQL92 from a retry topic is judged by the expression for the topic of before'),
  filterDataCleanTimeSpan: wholeNumber({ max: Number.MAX_SAFE_INTEGER })
    .default(86_400_000)
    .describe('ms that the expression of a group without consumers is kept'),
  enableCalcFilterBitMap: trueOrFalse()
    .default(false)
    .describe('keep with each message which SQL92 filters took it, where enableConsumeQueueExt keeps anything'),
  expectConsumerNumUseFilter: restartOnly(wholeNumber({ min: 1 }).default(32)).describe(
    'groups of a topic that filter by SQL92; more make the bits for them less telling',
  ),
  maxErrorRateOfBloomFilter: restartOnly(wholeNumber({ min: 1, max: 99 }).default(20)).describe(
    'percent of the bits for a group that may be those of others',
  ),
})

export type BrokerConfig = Readonly<z.infer<typeof brokerConfigSchema>>
