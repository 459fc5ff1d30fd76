import { z } from 'zod'

/** `true` or `false`, as a properties file spells them. */
const flag = (byDefault: boolean): z.ZodDefault<z.ZodType<boolean>> =>
  z.preprocess(value => (value === 'true' ? true : value === 'false' ? false : value), z.boolean()).default(byDefault)

const count = (byDefault: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().nonnegative().default(byDefault)

const milliseconds = count

/**
 * Java's keys and defaults, so that a broker.conf written for Java works. Only what this broker acts on; the store and
 * the transport have schemas of their own. Source: common/BrokerConfig.java, common/BrokerIdentity.java
 */
export const brokerConfigSchema = z.object({
  // Who this broker is
  brokerClusterName: z.string().min(1).default('DefaultCluster').describe('the cluster that it belongs to'),
  brokerName: z.string().min(1).default('DEFAULT_BROKER').describe('shared by a master and its slaves'),
  brokerId: count(0).describe('0 is the master, others are slaves'),
  brokerIP1: z.string().min(1).default('127.0.0.1').describe('the address that clients are told to use'),
  brokerIP2: z.string().default('').describe('the address that slaves are told to use; empty: brokerIP1'),
  listenPort: z.coerce.number().int().min(0).max(65_535).default(10_911).describe('0 takes a free port'),
  haListenPort: z.coerce.number().int().default(0).describe('0 or less: listenPort + 1'),
  brokerPermission: z.coerce.number().int().min(0).max(15).default(6).describe('4 read, 2 write; masks every topic'),
  regionId: z.string().default('DefaultRegion').describe('returned to producers as MSG_REGION'),
  rocketmqHome: z.string().default('').describe('ROCKETMQ_HOME'),
  brokerConfigPath: z.string().default('').describe('the file that runtime updates are written to'),
  configBlackList: z
    .string()
    .default('configBlackList;brokerConfigPath')
    .describe('keys that cannot be changed at runtime, separated by ;'),

  // NameServers
  namesrvAddr: z.string().default('').describe('host:port of every NameServer, separated by ;'),
  registerNameServerPeriod: milliseconds(30_000).describe('ms between registrations, kept within 10 000 and 60 000'),
  registerBrokerTimeoutMills: milliseconds(24_000),
  forceRegister: flag(true).describe('false: ask each NameServer first whether it has this version'),
  compressedRegister: flag(false),
  enableSplitRegistration: flag(false),
  splitRegistrationSize: count(800).describe('topics per registration when split'),
  enableSingleTopicRegister: flag(false).describe('announce a changed topic by REGISTER_TOPIC_IN_NAMESRV'),
  enableSlaveActingMaster: flag(false).describe('sends heartbeats and asks for an acting master'),
  brokerHeartbeatInterval: milliseconds(1_000),
  sendHeartbeatTimeoutMillis: milliseconds(1_000),
  brokerNotActiveTimeoutMillis: milliseconds(10_000).describe('after which a NameServer drops a silent broker'),
  compatibleWithOldNameSrv: flag(true).describe('heartbeats are QUERY_DATA_VERSION, not BROKER_HEARTBEAT'),

  // Topics and groups
  autoCreateTopicEnable: flag(true),
  defaultTopicQueueNums: count(8).describe('queues of TBW102: the most that an auto-created topic gets'),
  clusterTopicEnable: flag(true).describe('the topic named for the cluster is readable and writable'),
  brokerTopicEnable: flag(true).describe('the topic named for the broker is readable and writable'),
  traceTopicEnable: flag(false),
  msgTraceTopicName: z.string().min(1).default('RMQ_SYS_TRACE_TOPIC'),
  timerWheelEnable: flag(true).describe('makes the topic of timed messages'),
  reviveQueueNum: count(8),
  autoCreateSubscriptionGroup: flag(true),
  enableCreateSysGroup: flag(true).describe('groups CID_RMQ_SYS_… are created even without the switch above'),
  validateSystemTopicWhenUpdateTopic: flag(true),
  enableMixedMessageType: flag(false).describe('message.type=MIXED may be given to a topic'),
  clearRetryTopicWhenDeleteTopic: flag(true),
  enableSplitMetadata: flag(true).describe('slaves fetch topics and groups in pages'),
  splitMetadataSize: count(2_000).describe('topics or groups per page'),

  // Clients
  notifyConsumerIdsChangedEnable: flag(true),
  realTimeNotifyConsumerChange: flag(true),
  rejectPullConsumerEnable: flag(false),
  enableRegisterProducer: flag(true),
  channelExpiredTimeout: milliseconds(120_000).describe('a client silent for so long is dropped'),
  subscriptionExpiredTimeout: milliseconds(600_000),

  // Offsets
  flushConsumerOffsetInterval: milliseconds(5_000).describe('ms between writes of consumerOffset.json'),
  consumerOffsetUpdateVersionStep: count(500).describe('commits per step of its version'),
  useServerSideResetOffset: flag(true),

  // Sending and delaying
  startAcceptSendRequestTimeStamp: milliseconds(0),
  traceOn: flag(true),
  rejectTransactionMessage: flag(false),
  delayOffsetUpdateVersionStep: count(200),
  lockInStrictMode: flag(false),

  // Pulling
  longPollingEnable: flag(true),
  shortPollingTimeMills: milliseconds(1_000),
  litePullMessageEnable: flag(true),
  slaveReadEnable: flag(false),
  enablePropertyFilter: flag(false).describe('consumers may filter by SQL92'),
  disableConsumeIfConsumerReadSlowly: flag(false),
  consumerFallbehindThreshold: count(16 * 1024 ** 3),
})

export type BrokerConfig = Readonly<z.infer<typeof brokerConfigSchema>>
