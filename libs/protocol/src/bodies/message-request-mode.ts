import { messageModel } from './heartbeat-data'
import { bean, intOr, list, nullable, oneOfOr, table, text, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** How consumers of a topic are served. Source: common/message/MessageRequestMode.java. */
const messageRequestMode = oneOfOr('PULL', 'PULL', 'POP')

/** SET_MESSAGE_REQUEST_MODE. Source: remoting/protocol/body/SetMessageRequestModeRequestBody.java. */
export const setMessageRequestModeJson = bean({
  consumerGroup: nullable(text),
  mode: messageRequestMode,
  popShareQueueNum: intOr(0),
  topic: nullable(text),
})
export type SetMessageRequestMode = ValueOf<typeof setMessageRequestModeJson>

/** GET_ALL_MESSAGE_REQUEST_MODE, by topic, then group. Source: remoting/protocol/body/MessageRequestModeSerializeWrapper.java. */
export const messageRequestModeTableJson = bean({ messageRequestModeMap: table(table(setMessageRequestModeJson)) })
export type MessageRequestModeTable = ValueOf<typeof messageRequestModeTableJson>

/** QUERY_ASSIGNMENT. Source: remoting/protocol/body/QueryAssignmentRequestBody.java. */
export const assignmentRequestJson = bean({
  clientId: nullable(text),
  consumerGroup: nullable(text),
  messageModel,
  strategyName: nullable(text),
  topic: nullable(text),
})
export type AssignmentRequest = ValueOf<typeof assignmentRequestJson>

/** Source: remoting/protocol/body/QueryAssignmentResponseBody.java, common/message/MessageQueueAssignment.java. */
export const assignmentResponseJson = bean({
  messageQueueAssignments: nullable(
    list(bean({ attachments: nullable(table(text)), messageQueue: messageQueueJson, mode: messageRequestMode })),
  ),
})
export type AssignmentResponse = ValueOf<typeof assignmentResponseJson>
