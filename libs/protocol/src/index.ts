export { LanguageCode, languageName, languageOfByte, languageOfName } from './codes/language-code'
export { MQ_VERSION, MqVersion, versionName } from './codes/mq-version'
export { OwnRequestCode } from './codes/own-request-code'
export { RequestCode, requestCodeName } from './codes/request-code'
export { ResponseCode, responseCodeName } from './codes/response-code'

export { PullMessageResponse } from './answers/pull-message-response'
export type { PulledQueue, PulledRecords, PullMessageResponseParts } from './answers/pull-message-response'
export { SendMessageResponse, sendMessageOrigin } from './answers/send-message-response'
export type { SendMessageResponseParts, SentMessage } from './answers/send-message-response'

export { UndecodableFrameError } from './frame/frame-error'
export { CommandFlag, FRAME_BYTES_MAX, SerializeType } from './frame/frame-layout'
export { IncomingCommand } from './frame/incoming-command'
export { decodeFrame, encodeFrame, RemotingCommand } from './frame/remoting-command'
export type { ExtFields } from './frame/remoting-command'
export { RemotingResponse } from './frame/remoting-response'
export type { RemotingResponseParts } from './frame/remoting-response'
export { FixedFields } from './frame/response-head'
export type { OutgoingResponse } from './outgoing-response'

export {
  flag,
  flagOr,
  headerReader,
  int,
  intOr,
  InvalidFieldError,
  long,
  longOr,
  MissingFieldError,
  optionalText,
  text,
  toExtFields,
} from './headers/header-fields'
export type { HeaderField, HeaderOf, HeaderReader } from './headers/header-fields'
export { readPullMessageHeader } from './headers/pull-message-header'
export type { PullMessageHeader } from './headers/pull-message-header'
export { readSendMessageHeader } from './headers/send-message-header'
export type { SendMessageHeader } from './headers/send-message-header'

export { readAddWritePermOfBrokerHeader } from './headers/add-write-perm-of-broker-header'
export type { AddWritePermOfBrokerHeader } from './headers/add-write-perm-of-broker-header'
export { readBrokerHeartbeatHeader } from './headers/broker-heartbeat-header'
export type { BrokerHeartbeatHeader } from './headers/broker-heartbeat-header'
export { readCloneGroupOffsetHeader } from './headers/clone-group-offset-header'
export type { CloneGroupOffsetHeader } from './headers/clone-group-offset-header'
export { readConsumeMessageDirectlyHeader } from './headers/consume-message-directly-header'
export type { ConsumeMessageDirectlyHeader } from './headers/consume-message-directly-header'
export { readConsumerSendMsgBackHeader } from './headers/consumer-send-msg-back-header'
export type { ConsumerSendMsgBackHeader } from './headers/consumer-send-msg-back-header'
export { readCreateTopicHeader } from './headers/create-topic-header'
export type { CreateTopicHeader } from './headers/create-topic-header'
export { readDeleteKvConfigHeader } from './headers/delete-kv-config-header'
export type { DeleteKvConfigHeader } from './headers/delete-kv-config-header'
export { readDeleteSubscriptionGroupHeader } from './headers/delete-subscription-group-header'
export type { DeleteSubscriptionGroupHeader } from './headers/delete-subscription-group-header'
export { readDeleteTopicFromNamesrvHeader } from './headers/delete-topic-from-namesrv-header'
export type { DeleteTopicFromNamesrvHeader } from './headers/delete-topic-from-namesrv-header'
export { readDeleteTopicHeader } from './headers/delete-topic-header'
export type { DeleteTopicHeader } from './headers/delete-topic-header'
export { readEndTransactionHeader } from './headers/end-transaction-header'
export type { EndTransactionHeader } from './headers/end-transaction-header'
export { readGetAllSubscriptionGroupHeader } from './headers/get-all-subscription-group-header'
export type { GetAllSubscriptionGroupHeader } from './headers/get-all-subscription-group-header'
export { readGetAllTopicConfigHeader } from './headers/get-all-topic-config-header'
export type { GetAllTopicConfigHeader } from './headers/get-all-topic-config-header'
export { readGetBrokerMemberGroupHeader } from './headers/get-broker-member-group-header'
export type { GetBrokerMemberGroupHeader } from './headers/get-broker-member-group-header'
export { readGetConsumeStatsHeader } from './headers/get-consume-stats-header'
export type { GetConsumeStatsHeader } from './headers/get-consume-stats-header'
export { readGetConsumeStatsInBrokerHeader } from './headers/get-consume-stats-in-broker-header'
export type { GetConsumeStatsInBrokerHeader } from './headers/get-consume-stats-in-broker-header'
export { readGetConsumerConnectionListHeader } from './headers/get-consumer-connection-list-header'
export type { GetConsumerConnectionListHeader } from './headers/get-consumer-connection-list-header'
export { readGetConsumerListByGroupHeader } from './headers/get-consumer-list-by-group-header'
export type { GetConsumerListByGroupHeader } from './headers/get-consumer-list-by-group-header'
export { readGetConsumerRunningInfoHeader } from './headers/get-consumer-running-info-header'
export type { GetConsumerRunningInfoHeader } from './headers/get-consumer-running-info-header'
export { readGetConsumerStatusHeader } from './headers/get-consumer-status-header'
export type { GetConsumerStatusHeader } from './headers/get-consumer-status-header'
export { readGetEarliestMsgStoretimeHeader } from './headers/get-earliest-msg-storetime-header'
export type { GetEarliestMsgStoretimeHeader } from './headers/get-earliest-msg-storetime-header'
export { readGetKvConfigHeader } from './headers/get-kv-config-header'
export type { GetKvConfigHeader } from './headers/get-kv-config-header'
export { readGetKvListByNamespaceHeader } from './headers/get-kv-list-by-namespace-header'
export type { GetKvListByNamespaceHeader } from './headers/get-kv-list-by-namespace-header'
export { readGetMaxOffsetHeader } from './headers/get-max-offset-header'
export type { GetMaxOffsetHeader } from './headers/get-max-offset-header'
export { readGetMinOffsetHeader } from './headers/get-min-offset-header'
export type { GetMinOffsetHeader } from './headers/get-min-offset-header'
export { readGetProducerConnectionListHeader } from './headers/get-producer-connection-list-header'
export type { GetProducerConnectionListHeader } from './headers/get-producer-connection-list-header'
export { readGetRouteInfoHeader } from './headers/get-route-info-header'
export type { GetRouteInfoHeader } from './headers/get-route-info-header'
export { readGetSubscriptionGroupConfigHeader } from './headers/get-subscription-group-config-header'
export type { GetSubscriptionGroupConfigHeader } from './headers/get-subscription-group-config-header'
export { readGetTopicConfigHeader } from './headers/get-topic-config-header'
export type { GetTopicConfigHeader } from './headers/get-topic-config-header'
export { readGetTopicStatsInfoHeader } from './headers/get-topic-stats-info-header'
export type { GetTopicStatsInfoHeader } from './headers/get-topic-stats-info-header'
export { readGetTopicsByClusterHeader } from './headers/get-topics-by-cluster-header'
export type { GetTopicsByClusterHeader } from './headers/get-topics-by-cluster-header'
export { readNotifyConsumerIdsChangedHeader } from './headers/notify-consumer-ids-changed-header'
export type { NotifyConsumerIdsChangedHeader } from './headers/notify-consumer-ids-changed-header'
export { readNotifyMinBrokerIdChangeHeader } from './headers/notify-min-broker-id-change-header'
export type { NotifyMinBrokerIdChangeHeader } from './headers/notify-min-broker-id-change-header'
export { readPutKvConfigHeader } from './headers/put-kv-config-header'
export type { PutKvConfigHeader } from './headers/put-kv-config-header'
export { readQueryConsumeQueueHeader, type QueryConsumeQueueHeader } from './headers/query-consume-queue-header'
export { readQueryConsumeTimeSpanHeader } from './headers/query-consume-time-span-header'
export type { QueryConsumeTimeSpanHeader } from './headers/query-consume-time-span-header'
export { readQueryConsumerOffsetHeader, type QueryConsumerOffsetHeader } from './headers/query-consumer-offset-header'
export { readQueryCorrectionOffsetHeader } from './headers/query-correction-offset-header'
export type { QueryCorrectionOffsetHeader } from './headers/query-correction-offset-header'
export { readQueryDataVersionHeader, type QueryDataVersionHeader } from './headers/query-data-version-header'
export { readQueryMessageHeader, type QueryMessageHeader } from './headers/query-message-header'
export { readQuerySubscriptionByConsumerHeader } from './headers/query-subscription-by-consumer-header'
export type { QuerySubscriptionByConsumerHeader } from './headers/query-subscription-by-consumer-header'
export { readQueryTopicConsumeByWhoHeader } from './headers/query-topic-consume-by-who-header'
export type { QueryTopicConsumeByWhoHeader } from './headers/query-topic-consume-by-who-header'
export { readQueryTopicsByConsumerHeader } from './headers/query-topics-by-consumer-header'
export type { QueryTopicsByConsumerHeader } from './headers/query-topics-by-consumer-header'
export { readRegisterBrokerHeader, type RegisterBrokerHeader } from './headers/register-broker-header'
export { readRegisterTopicHeader, type RegisterTopicHeader } from './headers/register-topic-header'
export { readResetOffsetHeader, type ResetOffsetHeader } from './headers/reset-offset-header'
export { readRecallMessageHeader, type RecallMessageHeader } from './headers/recall-message-header'
export { readResumeCheckHalfMessageHeader } from './headers/resume-check-half-message-header'
export type { ResumeCheckHalfMessageHeader } from './headers/resume-check-half-message-header'
export { readSearchOffsetHeader } from './headers/search-offset-header'
export type { SearchOffsetHeader } from './headers/search-offset-header'
export { readUnregisterBrokerHeader, type UnregisterBrokerHeader } from './headers/unregister-broker-header'
export { readUnregisterClientHeader, type UnregisterClientHeader } from './headers/unregister-client-header'
export { readUpdateConsumerOffsetHeader } from './headers/update-consumer-offset-header'
export type { UpdateConsumerOffsetHeader } from './headers/update-consumer-offset-header'
export { readUpdateGroupForbiddenHeader } from './headers/update-group-forbidden-header'
export type { UpdateGroupForbiddenHeader } from './headers/update-group-forbidden-header'
export { readViewBrokerStatsDataHeader, type ViewBrokerStatsDataHeader } from './headers/view-broker-stats-data-header'
export { readViewMessageHeader, type ViewMessageHeader } from './headers/view-message-header'
export { readWipeWritePermOfBrokerHeader } from './headers/wipe-write-perm-of-broker-header'
export type { WipeWritePermOfBrokerHeader } from './headers/wipe-write-perm-of-broker-header'

export { FAST_JSON_LIMITS, parseFastJson } from './fastjson/parse-fast-json'
export type { FastJsonLimits } from './fastjson/parse-fast-json'
export { FastJsonError } from './fastjson/fast-json-error'
export { JavaDouble, JavaNumberArray, writeFastJson } from './fastjson/write-fast-json'
export type { FastJsonStyle } from './fastjson/write-fast-json'

export { InvalidBodyError, type BodyCodec, type JsonCodec, type ValueOf } from './bodies/json-codec'
export { brokerMemberGroupJson, brokerMemberGroupResponseJson } from './bodies/broker-member-group'
export type { BrokerMemberGroup, BrokerMemberGroupResponse } from './bodies/broker-member-group'
export { brokerStatsDataJson, brokerStatsItemJson } from './bodies/broker-stats-data'
export type { BrokerStatsData, BrokerStatsItem } from './bodies/broker-stats-data'
export { checkClientRequestJson, type CheckClientRequest } from './bodies/check-client-request'
export { clusterInfoJson, type ClusterInfo } from './bodies/cluster-info'
export {
  connectionJson,
  consumerConnectionJson,
  producerConnectionJson,
  producerInfoJson,
  producerTableInfoJson,
} from './bodies/connections'
export type {
  Connection,
  ConsumerConnection,
  ProducerConnection,
  ProducerInfo,
  ProducerTableInfo,
} from './bodies/connections'
export { consumeQueueDataJson, consumeQueueQueryJson } from './bodies/consume-queue-query'
export type { ConsumeQueueData, ConsumeQueueQuery } from './bodies/consume-queue-query'
export {
  consumeMessageDirectlyResultJson,
  type ConsumeMessageDirectlyResult,
} from './bodies/consume-message-directly-result'
export { consumeStatsJson, consumeStatsListJson, offsetWrapperJson } from './bodies/consume-stats'
export type { ConsumeStats, ConsumeStatsList, OffsetWrapper } from './bodies/consume-stats'
export { consumerRunningInfoJson, type ConsumerRunningInfo } from './bodies/consumer-running-info'
export { consumeTimeSpanJson, queueTimeSpanJson } from './bodies/consume-time-span'
export type { ConsumeTimeSpan, QueueTimeSpan } from './bodies/consume-time-span'
export { consumerFilterTableJson } from './bodies/consumer-filter-table'
export type {
  BloomFilterData,
  ConsumerFilterDataContent,
  ConsumerFilterTableContent,
} from './bodies/consumer-filter-table'
export { consumerIdListJson, type ConsumerIdList } from './bodies/consumer-id-list'
export { consumerOffsetTableJson, queueOffsetsJson, type ConsumerOffsetTable } from './bodies/consumer-offset-table'
export { correctionOffsetsJson, type CorrectionOffsets } from './bodies/correction-offsets'
export { dataVersionJson, equalDataVersions, initialDataVersion, type DataVersion } from './bodies/data-version'
export { delayOffsetTableJson, type DelayOffsetTable } from './bodies/delay-offset-table'
export { groupForbiddenJson, type GroupForbidden } from './bodies/group-forbidden'
export { groupListJson, type GroupList } from './bodies/group-list'
export { consumerDataJson, heartbeatDataJson, producerDataJson, subscriptionDataJson } from './bodies/heartbeat-data'
export type {
  ConsumeFromWhere,
  ConsumeType,
  ConsumerData,
  HeartbeatData,
  MessageModel,
  ProducerData,
  SubscriptionData,
} from './bodies/heartbeat-data'
export { kvConfigTableJson, type KVConfigTable } from './bodies/kv-config-table'
export { kvTableJson, type KVTable } from './bodies/kv-table'
export { liteOffsetOptionJson, liteSubscriptionCtlJson, liteSubscriptionJson } from './bodies/lite-subscription'
export type { LiteOffsetOption, LiteSubscription, LiteSubscriptionAction } from './bodies/lite-subscription'
export { brokerLiteInfoJson, liteClientInfoJson, liteGroupInfoJson } from './bodies/lite-info'
export { liteTopicInfoJson, parentTopicInfoJson, type LiteGroupInfo, type LiteLag } from './bodies/lite-info'
export { lockBatchRequestJson, lockBatchResponseJson } from './bodies/lock-batch'
export type { LockBatchRequest, LockBatchResponse } from './bodies/lock-batch'
export { messageQueueJson, type MessageQueue } from './bodies/message-queue'
export {
  assignmentRequestJson,
  assignmentResponseJson,
  messageRequestModeTableJson,
  setMessageRequestModeJson,
} from './bodies/message-request-mode'
export type {
  AssignmentRequest,
  AssignmentResponse,
  MessageRequestModeTable,
  SetMessageRequestMode,
} from './bodies/message-request-mode'
export {
  decodeRegisterBrokerBody,
  encodeCompressedRegisterBrokerBody,
  registerBrokerBodyJson,
} from './bodies/register-broker-body'
export type { RegisterBrokerBody } from './bodies/register-broker-body'
export { consumerStatusJson, resetOffsetForCJson, resetOffsetJson } from './bodies/reset-offset'
export type { ConsumerStatus, ResetOffset, ResetOffsetForC } from './bodies/reset-offset'
export {
  defaultSubscriptionGroupConfig,
  groupRetryPolicyJson,
  subscriptionGroupConfigJson,
} from './bodies/subscription-group-config'
export type { GroupRetryPolicy, SubscriptionGroupConfig } from './bodies/subscription-group-config'
export {
  subscriptionGroupEntryJson,
  subscriptionGroupListJson,
  subscriptionGroupTableJson,
} from './bodies/subscription-group-table'
export type { SubscriptionGroupList, SubscriptionGroupTable } from './bodies/subscription-group-table'
export { subscriptionQueryJson, type SubscriptionQuery } from './bodies/subscription-query'
export { topicConfigListJson, type TopicConfigList } from './bodies/topic-config-list'
export { topicConfigAndMappingTableJson, topicConfigTableJson } from './bodies/topic-config-table'
export type { TopicConfigAndMappingTable, TopicConfigTable } from './bodies/topic-config-table'
export { TopicPermission, topicConfigJson, type TopicConfig } from './bodies/topic-config'
export { topicListJson, type TopicList } from './bodies/topic-list'
export {
  logicQueueMappingItemJson,
  topicConfigAndQueueMappingJson,
  topicQueueMappingDetailJson,
  topicQueueMappingInfoJson,
} from './bodies/topic-queue-mapping'
export type {
  LogicQueueMappingItem,
  TopicConfigAndQueueMapping,
  TopicQueueMappingDetail,
  TopicQueueMappingInfo,
} from './bodies/topic-queue-mapping'
export { brokerDataJson, queueDataJson, topicRouteDataJson } from './bodies/topic-route-data'
export type { BrokerData, QueueData, TopicRouteData } from './bodies/topic-route-data'
export { topicOffsetJson, topicStatsTableJson } from './bodies/topic-stats-table'
export type { TopicOffset, TopicStatsTable } from './bodies/topic-stats-table'
export { timerMetricsJson, type TimerMetricsContent } from './bodies/timer-metrics'
export { transactionMetricsJson, type TransactionMetricsContent } from './bodies/transaction-metrics'

export { bodyCrc32 } from './message/body-crc'
export { BodyCompressionError, compressBody, compressionTypeOf, decompressBody } from './message/body-compression'
export type { CompressionType } from './message/body-compression'
export { consistentHash } from './message/consistent-hash'
export { javaStringHashCode, tagsCodeOf } from './message/java-string-hash'
export { encodeMessageBatch, InvalidBatchError, placesInBatch, readMessageBatch } from './message/message-batch'
export type { BatchItem, BatchItemPlace } from './message/message-batch'
export { decodeMessageId, encodeMessageId, InvalidMessageIdError } from './message/message-id'
export type { MessageId } from './message/message-id'
export { encodeProperties, parseProperties, propertiesText, readProperty } from './message/message-properties'
export { decodeRecallHandle, encodeRecallHandle, type RecallHandle } from './message/recall-handle'
export { MessageSysFlag } from './message/message-sys-flag'
export { UniqueIdGenerator } from './message/unique-id'

export {
  matchesPropertyCrc,
  PROPERTY_CRC_BYTES,
  withPropertyCrc,
  writePropertyCrc,
} from './stored-message/property-crc'
export { readStoredMessage, StoredMessageLayout, StoredMessageMagic } from './stored-message/stored-message'
export type { StoredMessage, StoredMessageContent, StoredMessagePlace } from './stored-message/stored-message'
export {
  encodeStoredMessage,
  storedBatchBytes,
  storedMessageBytes,
  storedPropertiesBytes,
  writeStoredBatchItem,
  writeStoredMessage,
} from './stored-message/write-stored-message'

export { orderInfoTableJson, type OrderInfoContent, type OrderInfoTableContent } from './bodies/order-info-table'
export { decodePopAck, decodePopBatchAck, encodePopAck, encodePopBatchAck, type PopAck } from './pop/pop-ack'
export { decodePopCheckPoint, encodePopCheckPoint, type PopCheckPoint } from './pop/pop-check-point'
export { InvalidExtraInfoError, POP_ORDER_REVIVE_QUEUE, type PopExtraInfo } from './pop/pop-extra-info'
export {
  messageOffsetInfo,
  orderCountInfo,
  popExtraInfo,
  readPopExtraInfo,
  retryFlagOf,
  startOffsetInfo,
} from './pop/pop-extra-info'
export { batchAckRequestJson, type BatchAck, type BatchAckRequest } from './bodies/batch-ack'
export { readAckMessageHeader, type AckMessageHeader } from './headers/ack-message-header'
export { readChangeInvisibleTimeHeader, type ChangeInvisibleTimeHeader } from './headers/change-invisible-time-header'
export { readNotificationHeader, type NotificationHeader } from './headers/notification-header'
export { readPeekMessageHeader, type PeekMessageHeader } from './headers/peek-message-header'
export { readPollingInfoHeader, type PollingInfoHeader } from './headers/polling-info-header'
export { readGetLiteClientInfoHeader, readGetLiteGroupInfoHeader } from './headers/lite-admin-headers'
export { readGetLiteTopicInfoHeader, readGetParentTopicInfoHeader } from './headers/lite-admin-headers'
export { readTriggerLiteDispatchHeader } from './headers/lite-admin-headers'
export { readPopLiteMessageHeader, type PopLiteMessageHeader } from './headers/pop-lite-message-header'
export { readPopMessageHeader, type PopMessageHeader } from './headers/pop-message-header'
