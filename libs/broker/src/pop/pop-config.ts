import { trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'

/** Java's keys and defaults of pop consumption. Source: common/BrokerConfig.java */
export const popConfigShape = {
  defaultMessageRequestMode: z
    .enum(['PULL', 'POP'])
    .default('PULL')
    .describe('how consumers are served that let the broker share out the queues, unless set for their group'),
  defaultPopShareQueueNum: wholeNumber({ min: -1 })
    .default(-1)
    .describe('how many other consumers pop the queues of each; 0 or less: every consumer pops every queue'),
  serverLoadBalancerEnable: trueOrFalse()
    .default(true)
    .describe('the broker shares out the queues; false: each consumer is given all'),
  maxPopPollingSize: wholeNumber().default(100_000).describe('pops that may wait for messages'),
  popPollingSize: wholeNumber().default(1_024).describe('pops of one group that may wait for one queue, or for all'),
  popLongPollingForceNotifyInterval: wholeNumber()
    .default(800)
    .describe('of so many messages one wakes who waits for others, so that its group moves on; 0: none does'),
  reviveAckWaitMs: wholeNumber()
    .default(180_000)
    .describe('ms that an acknowledgement is remembered whose check point has not been seen'),
  enablePopBufferMerge: trueOrFalse()
    .default(false)
    .describe('what pops and acknowledgements leave is kept in memory for a while, and merged before it is stored'),
  popCkStayBufferTime: wholeNumber().default(10_000).describe('ms that the check point of a pop stays in memory'),
  popCkStayBufferTimeOut: wholeNumber()
    .default(3_000)
    .describe('ms before its messages come again at which a check point must leave memory'),
  popCkMaxBufferSize: wholeNumber().default(200_000).describe('check points in memory; one more is stored at once'),
  popCkOffsetMaxQueueSize: wholeNumber()
    .default(20_000)
    .describe('check points in memory of one group and one queue; one more is stored at once'),
  enableRetryTopicV2: trueOrFalse()
    .default(false)
    .describe('messages come again in %RETRY%group+topic, not %RETRY%group_topic'),
  retrieveMessageFromPopRetryTopicV1: trueOrFalse()
    .default(true)
    .describe('with enableRetryTopicV2, what still is in %RETRY%group_topic is given out too'),
  popFromRetryProbability: wholeNumber({ max: 100 })
    .default(20)
    .describe('percent of pops that look for messages which come again first; the others look for them last'),
  popFromRetryProbabilityForPriority: wholeNumber({ max: 100 })
    .default(0)
    .describe('the same for topics whose message.type is PRIORITY'),
  enablePopMessageThreshold: trueOrFalse()
    .default(false)
    .describe('a queue of which a group has too many messages in its hands is not popped'),
  popInflightMessageThreshold: wholeNumber()
    .default(10_000)
    .describe('messages of a queue in the hands of a group that are not too many'),
  useMessageFilterForNotification: trueOrFalse()
    .default(true)
    .describe('who waits to be notified is so only of messages that it wants'),
  initPopOffsetByCheckMsgInMem: trueOrFalse()
    .default(true)
    .describe('a new group that wants the newest begins at the oldest while the whole queue is in memory'),
  popResponseReturnActualRetryTopic: trueOrFalse()
    .default(false)
    .describe('a message that comes again names its retry topic, not the topic that it was sent to'),
  enableNotifyAfterPopOrderLockRelease: trueOrFalse()
    .default(true)
    .describe('who waits for a queue that is popped in order is woken when the group may have more of it'),
  priorityOrderAsc: trueOrFalse()
    .default(true)
    .describe('of the queues of a topic those with high numbers are popped first'),
} as const
