export { durationOfMs, msOfDuration, msOfTimestamp, timestampOfMs } from './durations'
export { v2 } from './messages'
export { messagingService } from './messaging-service'
export type { MessagingMethod, MessagingMethodName, RequestOf, ResponseOf } from './messaging-service'
