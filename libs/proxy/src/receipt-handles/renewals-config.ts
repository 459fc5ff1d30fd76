export interface RenewalsConfig {
  readonly renewSchedulePeriodMillis: number
  /** A message is renewed when it would be given to others within this time. */
  readonly renewAheadTimeMillis: number
  /** After it the consumer is taken to hang: the message is given to others. */
  readonly renewMaxTimeMillis: number
  readonly maxRenewRetryTimes: number
  readonly invisibleTimeMillisWhenClear: number
  /** For how long messages that are renewed are hidden at first. */
  readonly defaultInvisibleTimeMills: number
  /** Of all clients together; above it messages are not renewed, and come again when their time runs out. */
  readonly renewedMessagesMax: number
  /** So long it may take until another proxy goes on with what this one held. */
  readonly redisLeaseMillis: number
}
