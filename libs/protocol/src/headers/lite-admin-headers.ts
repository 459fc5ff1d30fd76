import { headerReader, intOr, optionalText, text, type HeaderOf } from './header-fields'

/** GET_PARENT_TOPIC_INFO. Source: GetParentTopicInfoRequestHeader.java. */
export const readGetParentTopicInfoHeader = headerReader({ topic: text })
export type GetParentTopicInfoHeader = HeaderOf<typeof readGetParentTopicInfoHeader>

/** GET_LITE_TOPIC_INFO. Source: GetLiteTopicInfoRequestHeader.java. */
export const readGetLiteTopicInfoHeader = headerReader({ parentTopic: optionalText, liteTopic: optionalText })
export type GetLiteTopicInfoHeader = HeaderOf<typeof readGetLiteTopicInfoHeader>

/** GET_LITE_CLIENT_INFO. Source: GetLiteClientInfoRequestHeader.java. */
export const readGetLiteClientInfoHeader = headerReader({
  parentTopic: optionalText,
  group: optionalText,
  clientId: optionalText,
  maxCount: intOr(1000),
})
export type GetLiteClientInfoHeader = HeaderOf<typeof readGetLiteClientInfoHeader>

/** GET_LITE_GROUP_INFO. Source: GetLiteGroupInfoRequestHeader.java. */
export const readGetLiteGroupInfoHeader = headerReader({ group: text, liteTopic: optionalText, topK: intOr(0) })
export type GetLiteGroupInfoHeader = HeaderOf<typeof readGetLiteGroupInfoHeader>

/** TRIGGER_LITE_DISPATCH. Source: TriggerLiteDispatchRequestHeader.java. */
export const readTriggerLiteDispatchHeader = headerReader({ group: text, clientId: optionalText })
export type TriggerLiteDispatchHeader = HeaderOf<typeof readTriggerLiteDispatchHeader>
