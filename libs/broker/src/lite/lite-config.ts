import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'

/** Java's keys and defaults of lite topics. Source: common/BrokerConfig.java */
export const liteConfigShape = {
  enableLiteEventMode: trueOrFalse()
    .default(true)
    .describe(
      'lite topics: clients are told which have messages; false: each pop looks through all that are subscribed',
    ),
  liteEventCheckInterval: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'ms between looks for clients that do not come for the messages of their lite topics',
  ),
  maxClientEventCount: wholeNumber({ min: 1 })
    .default(100)
    .describe(
      'lite topics with messages that wait for one client; the group attribute lite.sub.client.max.event.cnt wins',
    ),
  liteEventFullDispatchDelayTime: wholeNumber()
    .default(10_000)
    .describe('ms after which a client that had too many waiting is given those that were left out'),
  liteEventFullDispatchDelayTimeForWildcardGroup: wholeNumber()
    .default(10_000)
    .describe('the same for a group that has all lite topics'),
  liteTtlCheckInterval: restartOnly(wholeNumber({ min: 1 }).default(120_000)).describe(
    'ms between looks for lite topics that have had no message for as long as lite.topic.expiration of their parent says',
  ),
  minLiteTTl: wholeNumber()
    .default(900_000)
    .describe('ms for which a lite topic is kept whatever that says, and after a start all are'),
  maxLiteSubscriptionCount: wholeNumber({ min: 1 })
    .default(100_000)
    .describe('lite topics that are subscribed to, counted once for each client; one more is refused'),
  liteSubscriptionCheckInterval: restartOnly(wholeNumber({ min: 1 }).default(120_000)).describe(
    'ms between looks for clients of lite topics that are gone',
  ),
  liteSubscriptionCheckTimeoutMills: wholeNumber({ min: 1 })
    .default(180_000)
    .describe('ms after which a client counts as gone that has not said again what it subscribes to'),
} as const
