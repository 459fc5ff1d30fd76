import {
  bean,
  int,
  long,
  longArrayOr,
  longOr,
  nullable,
  numberTable,
  table,
  text,
  textOr,
  type ValueOf,
} from './json-codec'

/** Messages of one queue in the hands of a group that pops in order. Source: broker/pop/orderly/QueueLevelConsumerManager.java */
export const orderInfoJson = bean({
  /** `attemptId` of the pop; absent for none. */
  a: nullable(text),
  /** Bit i: message i of `o` is acknowledged. */
  cm: longOr(0),
  /** `invisibleTime` of the pop. */
  i: nullable(long),
  /** When they were popped last. */
  l: longOr(0),
  /** The first queue offset, then the distance of each further one from it. */
  o: longArrayOr([]),
  /** How often each was popped before, by queue offset; those popped for the first time are not in it. */
  oc: nullable(numberTable(int)),
  /** When those come again whose invisible time was changed, by queue offset. */
  ot: nullable(numberTable(long)),
  popTime: longOr(0),
})
export type OrderInfoContent = ValueOf<typeof orderInfoJson>

/** `consumerOrderInfo.json`, by `topic@group`, then queue id. */
export const orderInfoTableJson = bean({
  /** Derived: how many `topic@group` there are. */
  orderInfoCount: int,
  orderedConsumptionLevel: textOr('QUEUE'),
  table: table(numberTable(orderInfoJson)),
})
export type OrderInfoTableContent = ValueOf<typeof orderInfoTableJson>
