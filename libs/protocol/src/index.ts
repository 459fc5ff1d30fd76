export { LanguageCode, languageName, languageOfByte, languageOfName } from './codes/language-code'
export { MQ_VERSION, MqVersion } from './codes/mq-version'
export { RequestCode, requestCodeName } from './codes/request-code'
export { ResponseCode, responseCodeName } from './codes/response-code'

export { UndecodableFrameError } from './frame/frame-error'
export { CommandFlag, FRAME_BYTES_MAX, SerializeType } from './frame/frame-layout'
export { IncomingCommand } from './frame/incoming-command'
export { decodeFrame, encodeFrame, RemotingCommand } from './frame/remoting-command'
export type { ExtFields } from './frame/remoting-command'
export { RemotingResponse } from './frame/remoting-response'
export type { RemotingResponseParts } from './frame/remoting-response'
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

export { FAST_JSON_LIMITS, parseFastJson } from './fastjson/parse-fast-json'
export type { FastJsonLimits } from './fastjson/parse-fast-json'
export { FastJsonError } from './fastjson/fast-json-error'
export { JavaDouble, writeFastJson } from './fastjson/write-fast-json'
export type { FastJsonStyle } from './fastjson/write-fast-json'

export { InvalidBodyError } from './bodies/json-codec'
export type { BodyCodec, JsonCodec, ValueOf } from './bodies/json-codec'
export { clusterInfoJson } from './bodies/cluster-info'
export type { ClusterInfo } from './bodies/cluster-info'
export { dataVersionJson, equalDataVersions, initialDataVersion } from './bodies/data-version'
export type { DataVersion } from './bodies/data-version'
export { consumerDataJson, heartbeatDataJson, producerDataJson, subscriptionDataJson } from './bodies/heartbeat-data'
export type { ConsumerData, HeartbeatData, ProducerData, SubscriptionData } from './bodies/heartbeat-data'
export { kvTableJson } from './bodies/kv-table'
export type { KVTable } from './bodies/kv-table'
export { messageQueueJson } from './bodies/message-queue'
export type { MessageQueue } from './bodies/message-queue'
export {
  decodeRegisterBrokerBody,
  encodeCompressedRegisterBrokerBody,
  registerBrokerBodyJson,
} from './bodies/register-broker-body'
export type { RegisterBrokerBody } from './bodies/register-broker-body'
export {
  defaultSubscriptionGroupConfig,
  groupRetryPolicyJson,
  subscriptionGroupConfigJson,
} from './bodies/subscription-group-config'
export type { GroupRetryPolicy, SubscriptionGroupConfig } from './bodies/subscription-group-config'
export { topicConfigJson, TopicPermission } from './bodies/topic-config'
export type { TopicConfig } from './bodies/topic-config'
export { topicConfigAndMappingTableJson, topicConfigTableJson } from './bodies/topic-config-table'
export type { TopicConfigAndMappingTable, TopicConfigTable } from './bodies/topic-config-table'
export {
  logicQueueMappingItemJson,
  topicQueueMappingDetailJson,
  topicQueueMappingInfoJson,
} from './bodies/topic-queue-mapping'
export type {
  LogicQueueMappingItem,
  TopicQueueMappingDetail,
  TopicQueueMappingInfo,
} from './bodies/topic-queue-mapping'
export { brokerDataJson, queueDataJson, topicRouteDataJson } from './bodies/topic-route-data'
export type { BrokerData, QueueData, TopicRouteData } from './bodies/topic-route-data'

export { bodyCrc32 } from './message/body-crc'
export { BodyCompressionError, compressBody, compressionTypeOf, decompressBody } from './message/body-compression'
export type { CompressionType } from './message/body-compression'
export { javaStringHashCode, tagsCodeOf } from './message/java-string-hash'
export { encodeMessageBatch, InvalidBatchError, readMessageBatch } from './message/message-batch'
export type { BatchItem } from './message/message-batch'
export { decodeMessageId, encodeMessageId, InvalidMessageIdError } from './message/message-id'
export type { MessageId } from './message/message-id'
export { encodeProperties, parseProperties, readProperty } from './message/message-properties'
export { MessageSysFlag } from './message/message-sys-flag'
export { UniqueIdGenerator } from './message/unique-id'

export {
  encodeStoredMessage,
  readStoredMessage,
  storedMessageBytes,
  StoredMessageLayout,
  StoredMessageMagic,
  writeStoredMessage,
} from './stored-message/stored-message'
export type { StoredMessage, StoredMessageContent, StoredMessagePlace } from './stored-message/stored-message'
