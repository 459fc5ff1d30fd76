import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'

/** The keys of messages for a later time. Source: store/config/MessageStoreConfig.java */
export const timerConfigShape = {
  mappedFileSizeTimerLog: restartOnly(wholeNumber({ min: 4096 }).default(100 * 1024 ** 2)).describe(
    'bytes of a file of the timer log',
  ),
  timerPrecisionMs: restartOnly(wholeNumber({ min: 10, max: 60_000 }).default(1_000)).describe(
    'ms within which a timed message comes after its time; with another value the wheel is made anew from the timer log',
  ),
  timerRollWindowSlot: restartOnly(wholeNumber().default(2 * 86_400)).describe(
    'steps of timerPrecisionMs: a message for a later time than these from now is stored again before it is due; kept ' +
      'within a week of seconds, and within two thirds of fileReservedTime',
  ),
  timerFlushIntervalMs: restartOnly(wholeNumber({ min: 1 }).default(1_000)).describe(
    'ms between writes of the wheel, timercheck and timermetrics',
  ),
  timerMaxDelaySec: wholeNumber()
    .default(40 * 86_400)
    .describe('seconds that a message may ask to be delayed; 259200 in Java'),
  timerCongestNumEachSlot: wholeNumber({ min: 1 })
    .default(2 ** 31 - 1)
    .describe('messages for one time above which some more are refused, and all above twice as many'),
  timerStopEnqueue: trueOrFalse().default(false).describe('timed messages wait on their topic, and only there'),
  timerStopDequeue: trueOrFalse().default(false).describe('no timed message is delivered'),
  appendTopicForTimerDeleteKey: trueOrFalse()
    .default(false)
    .describe('recalls name the topic beside the unique key, as RocketMQ before 5.5 needs it'),
}
