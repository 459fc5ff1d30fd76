import { OwnRequestCode, RequestCode } from '@rocketmq-ts/protocol'
import type { RequestHandler, RequestHandlers } from '@rocketmq-ts/remoting'
import type { BrokerRooms } from './broker-rooms'
import { ackMessage } from './requests/ack-message'
import { batchAckMessage } from './requests/batch-ack-message'
import { cancelDeadLetterRedrive } from './requests/cancel-dead-letter-redrive'
import { changeMessageInvisibleTime } from './requests/change-message-invisible-time'
import { checkClientConfig } from './requests/check-client-config'
import { cleanExpiredConsumeQueue } from './requests/clean-expired-consume-queue'
import { cleanUnusedTopic } from './requests/clean-unused-topic'
import { cloneGroupOffset } from './requests/clone-group-offset'
import { consumeMessageDirectly } from './requests/consume-message-directly'
import { consumerSendMessageBack } from './requests/consumer-send-message-back'
import { deleteExpiredCommitLog } from './requests/delete-expired-commit-log'
import { deleteSubscriptionGroup } from './requests/delete-subscription-group'
import { deleteTopicInBroker } from './requests/delete-topic-in-broker'
import { endTransaction } from './requests/end-transaction'
import { getAllConsumerOffset } from './requests/get-all-consumer-offset'
import { getAllDelayOffset } from './requests/get-all-delay-offset'
import { getAllMessageRequestMode } from './requests/get-all-message-request-mode'
import { getAllProducerInfo } from './requests/get-all-producer-info'
import { getAllSubscriptionGroupConfig } from './requests/get-all-subscription-group-config'
import { getAllTopicConfig } from './requests/get-all-topic-config'
import { getBrokerConfig } from './requests/get-broker-config'
import { getBrokerRuntimeInfo } from './requests/get-broker-runtime-info'
import { getConsumeStats } from './requests/get-consume-stats'
import { getBrokerLiteInfo } from './requests/get-broker-lite-info'
import { getConsumerConnectionList } from './requests/get-consumer-connection-list'
import { getConsumerListByGroup } from './requests/get-consumer-list-by-group'
import { getConsumerRunningInfo } from './requests/get-consumer-running-info'
import { getDeadLetterRedrives } from './requests/get-dead-letter-redrives'
import { getEarliestMessageStoreTime } from './requests/get-earliest-message-store-time'
import { getLiteTopicInfo } from './requests/get-lite-topic-info'
import { getLiteClientInfo } from './requests/get-lite-client-info'
import { getLiteGroupInfo } from './requests/get-lite-group-info'
import { getMaxOffset } from './requests/get-max-offset'
import { getMinOffset } from './requests/get-min-offset'
import { getParentTopicInfo } from './requests/get-parent-topic-info'
import { getProducerConnectionList } from './requests/get-producer-connection-list'
import { getSubscriptionGroupConfig } from './requests/get-subscription-group-config'
import { getSystemTopicListFromBroker } from './requests/get-system-topic-list-from-broker'
import { getTimerCheckPoint } from './requests/get-timer-check-point'
import { getTimerMetrics } from './requests/get-timer-metrics'
import { getTopicConfig } from './requests/get-topic-config'
import { getTopicStatsInfo } from './requests/get-topic-stats-info'
import { heartbeat } from './requests/heartbeat'
import { invokeBrokerToGetConsumerStatus } from './requests/invoke-broker-to-get-consumer-status'
import { invokeBrokerToResetOffset } from './requests/invoke-broker-to-reset-offset'
import { liteSubscriptionCtl } from './requests/lite-subscription-ctl'
import { lockBatchMq } from './requests/lock-batch-mq'
import { notification } from './requests/notification'
import { peekMessage } from './requests/peek-message'
import { pollingInfo } from './requests/polling-info'
import { popLiteMessage } from './requests/pop-lite-message'
import { popMessage } from './requests/pop-message'
import { pullMessage } from './requests/pull-message'
import { queryAssignment } from './requests/query-assignment'
import { queryConsumerOffset } from './requests/query-consumer-offset'
import { queryMessage } from './requests/query-message'
import { querySubscriptionByConsumer } from './requests/query-subscription-by-consumer'
import { queryTopicConsumeByWho } from './requests/query-topic-consume-by-who'
import { queryTopicsByConsumer } from './requests/query-topics-by-consumer'
import { recallMessage } from './requests/recall-message'
import { resumeCheckHalfMessage } from './requests/resume-check-half-message'
import { searchOffsetByTimestamp } from './requests/search-offset-by-timestamp'
import { sendMessage } from './requests/send-message'
import { sendReplyMessage } from './requests/send-reply-message'
import { setMessageRequestMode } from './requests/set-message-request-mode'
import { startDeadLetterRedrive } from './requests/start-dead-letter-redrive'
import { triggerLiteDispatch } from './requests/trigger-lite-dispatch'
import { unlockBatchMq } from './requests/unlock-batch-mq'
import { unregisterClient } from './requests/unregister-client'
import {
  updateAndCreateSubscriptionGroup,
  updateAndCreateSubscriptionGroupList,
} from './requests/update-and-create-subscription-group'
import { updateAndCreateTopic, updateAndCreateTopicList } from './requests/update-and-create-topic'
import { updateAndGetGroupForbidden } from './requests/update-and-get-group-forbidden'
import { updateBrokerConfig } from './requests/update-broker-config'
import { updateConsumerOffset } from './requests/update-consumer-offset'
import { viewBrokerStatsData } from './requests/view-broker-stats-data'
import { viewMessageById } from './requests/view-message-by-id'

interface ServedCodes {
  readonly codes: readonly number[]
  /** Makes the handler that all of the codes share. */
  readonly handler: (rooms: BrokerRooms) => RequestHandler
  /** False: not served on the VIP port. */
  readonly vip: boolean
}

function served(handler: ServedCodes['handler'], ...codes: readonly number[]): ServedCodes {
  return { codes, handler, vip: true }
}

/** Consumption stays on the main port: a pull that waits must not take from what the VIP port is for. */
function servedOnMainPort(handler: ServedCodes['handler'], ...codes: readonly number[]): ServedCodes {
  return { codes, handler, vip: false }
}

/** The whole of what a broker serves. Source: broker/BrokerController.java (registerProcessor) */
const servedCodes: readonly ServedCodes[] = [
  // Messages
  served(sendMessage, RequestCode.SEND_MESSAGE, RequestCode.SEND_MESSAGE_V2, RequestCode.SEND_BATCH_MESSAGE),
  servedOnMainPort(pullMessage, RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE),
  served(consumerSendMessageBack, RequestCode.CONSUMER_SEND_MSG_BACK),
  served(sendReplyMessage, RequestCode.SEND_REPLY_MESSAGE, RequestCode.SEND_REPLY_MESSAGE_V2),
  served(endTransaction, RequestCode.END_TRANSACTION),
  served(recallMessage, RequestCode.RECALL_MESSAGE),
  served(resumeCheckHalfMessage, RequestCode.RESUME_CHECK_HALF_MESSAGE),
  served(queryMessage, RequestCode.QUERY_MESSAGE),
  served(viewMessageById, RequestCode.VIEW_MESSAGE_BY_ID),
  served(lockBatchMq, RequestCode.LOCK_BATCH_MQ),
  served(unlockBatchMq, RequestCode.UNLOCK_BATCH_MQ),

  // Messages popped
  servedOnMainPort(popMessage, RequestCode.POP_MESSAGE),
  servedOnMainPort(peekMessage, RequestCode.PEEK_MESSAGE),
  servedOnMainPort(notification, RequestCode.NOTIFICATION),
  servedOnMainPort(pollingInfo, RequestCode.POLLING_INFO),
  served(ackMessage, RequestCode.ACK_MESSAGE),
  served(batchAckMessage, RequestCode.BATCH_ACK_MESSAGE),
  served(changeMessageInvisibleTime, RequestCode.CHANGE_MESSAGE_INVISIBLETIME),
  served(queryAssignment, RequestCode.QUERY_ASSIGNMENT),
  served(setMessageRequestMode, RequestCode.SET_MESSAGE_REQUEST_MODE),
  served(getAllMessageRequestMode, RequestCode.GET_ALL_MESSAGE_REQUEST_MODE),

  // Lite topics
  servedOnMainPort(popLiteMessage, RequestCode.POP_LITE_MESSAGE),
  served(liteSubscriptionCtl, RequestCode.LITE_SUBSCRIPTION_CTL),
  served(getBrokerLiteInfo, RequestCode.GET_BROKER_LITE_INFO),
  served(getParentTopicInfo, RequestCode.GET_PARENT_TOPIC_INFO),
  served(getLiteTopicInfo, RequestCode.GET_LITE_TOPIC_INFO),
  served(getLiteClientInfo, RequestCode.GET_LITE_CLIENT_INFO),
  served(getLiteGroupInfo, RequestCode.GET_LITE_GROUP_INFO),
  served(triggerLiteDispatch, RequestCode.TRIGGER_LITE_DISPATCH),

  // Clients
  served(heartbeat, RequestCode.HEART_BEAT),
  served(unregisterClient, RequestCode.UNREGISTER_CLIENT),
  served(checkClientConfig, RequestCode.CHECK_CLIENT_CONFIG),
  served(getConsumerListByGroup, RequestCode.GET_CONSUMER_LIST_BY_GROUP),
  served(getConsumerConnectionList, RequestCode.GET_CONSUMER_CONNECTION_LIST),
  served(getConsumerRunningInfo, RequestCode.GET_CONSUMER_RUNNING_INFO),
  served(consumeMessageDirectly, RequestCode.CONSUME_MESSAGE_DIRECTLY),
  served(invokeBrokerToGetConsumerStatus, RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS),
  served(getProducerConnectionList, RequestCode.GET_PRODUCER_CONNECTION_LIST),
  served(getAllProducerInfo, RequestCode.GET_ALL_PRODUCER_INFO),

  // Offsets
  served(queryConsumerOffset, RequestCode.QUERY_CONSUMER_OFFSET),
  served(updateConsumerOffset, RequestCode.UPDATE_CONSUMER_OFFSET),
  served(getAllConsumerOffset, RequestCode.GET_ALL_CONSUMER_OFFSET),
  served(getAllDelayOffset, RequestCode.GET_ALL_DELAY_OFFSET),
  served(getTimerCheckPoint, RequestCode.GET_TIMER_CHECK_POINT),
  served(getTimerMetrics, RequestCode.GET_TIMER_METRICS),
  served(getMaxOffset, RequestCode.GET_MAX_OFFSET),
  served(getMinOffset, RequestCode.GET_MIN_OFFSET),
  served(searchOffsetByTimestamp, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP),
  served(getEarliestMessageStoreTime, RequestCode.GET_EARLIEST_MSG_STORETIME),
  served(invokeBrokerToResetOffset, RequestCode.INVOKE_BROKER_TO_RESET_OFFSET),
  served(cloneGroupOffset, RequestCode.CLONE_GROUP_OFFSET),

  // Topics
  served(updateAndCreateTopic, RequestCode.UPDATE_AND_CREATE_TOPIC),
  served(updateAndCreateTopicList, RequestCode.UPDATE_AND_CREATE_TOPIC_LIST),
  served(deleteTopicInBroker, RequestCode.DELETE_TOPIC_IN_BROKER),
  served(getTopicConfig, RequestCode.GET_TOPIC_CONFIG),
  served(getAllTopicConfig, RequestCode.GET_ALL_TOPIC_CONFIG),
  served(getTopicStatsInfo, RequestCode.GET_TOPIC_STATS_INFO),
  served(getSystemTopicListFromBroker, RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER),

  // Subscription groups
  served(updateAndCreateSubscriptionGroup, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP),
  served(updateAndCreateSubscriptionGroupList, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST),
  served(deleteSubscriptionGroup, RequestCode.DELETE_SUBSCRIPTIONGROUP),
  served(getSubscriptionGroupConfig, RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG),
  served(getAllSubscriptionGroupConfig, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG),
  served(updateAndGetGroupForbidden, RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN),
  served(queryTopicConsumeByWho, RequestCode.QUERY_TOPIC_CONSUME_BY_WHO),
  served(queryTopicsByConsumer, RequestCode.QUERY_TOPICS_BY_CONSUMER),
  served(querySubscriptionByConsumer, RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER),

  // Dead letters
  served(startDeadLetterRedrive, OwnRequestCode.START_DEAD_LETTER_REDRIVE),
  served(getDeadLetterRedrives, OwnRequestCode.GET_DEAD_LETTER_REDRIVES),
  served(cancelDeadLetterRedrive, OwnRequestCode.CANCEL_DEAD_LETTER_REDRIVE),

  // The broker itself
  served(getBrokerConfig, RequestCode.GET_BROKER_CONFIG),
  served(updateBrokerConfig, RequestCode.UPDATE_BROKER_CONFIG),
  served(getBrokerRuntimeInfo, RequestCode.GET_BROKER_RUNTIME_INFO),
  served(getConsumeStats, RequestCode.GET_CONSUME_STATS),
  served(viewBrokerStatsData, RequestCode.VIEW_BROKER_STATS_DATA),
  served(deleteExpiredCommitLog, RequestCode.DELETE_EXPIRED_COMMITLOG),
  served(cleanExpiredConsumeQueue, RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE),
  served(cleanUnusedTopic, RequestCode.CLEAN_UNUSED_TOPIC),
]

/** For the documentation: the codes that a broker serves, and on which ports. */
export function brokerRequestCodes(): readonly { readonly code: number; readonly vip: boolean }[] {
  return servedCodes.flatMap(({ codes, vip }) => codes.map(code => ({ code, vip })))
}

export interface BrokerHandlers {
  /** Of `listenPort`. */
  readonly main: RequestHandlers
  /** Of the VIP port, `listenPort - 2`. */
  readonly vip: RequestHandlers
}

export function brokerHandlers(rooms: BrokerRooms): BrokerHandlers {
  const main: Record<number, RequestHandler> = {}
  const vip: Record<number, RequestHandler> = {}
  for (const { codes, handler, vip: isOnVip } of servedCodes) {
    const handle = handler(rooms)
    for (const code of codes) {
      main[code] = handle
      if (isOnVip) vip[code] = handle
    }
  }
  return { main, vip }
}
