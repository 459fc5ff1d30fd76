import type { LiteOffsetOption } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'

/** `value` of an option of type POLICY. Source: common/lite/OffsetOption.java */
const Policy = { MIN: 1, MAX: 2 } as const

export const FROM_THE_FIRST: LiteOffsetOption = { type: 'POLICY', value: Policy.MIN }

export interface LiteOffsetsDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'assignResetOffset'>
  readonly orders: Pick<ConsumerOrderTable, 'clear'>
  readonly store: Pick<MessageStore, 'maxOffset'>
}

/** Where groups go on in lite topics when a client wishes it. The next pop does. */
export class LiteOffsets {
  constructor(private readonly deps: LiteOffsetsDeps) {}

  reset(queueName: string, group: string, option: LiteOffsetOption): void {
    const { offsets, orders, store } = this.deps
    const current = offsets.query(group, queueName, 0)
    const target = targetOf(option, current, () => store.maxOffset(queueName, 0))
    if (target === null || target === current) return
    offsets.assignResetOffset({ topic: queueName, group, queueId: 0, offset: target })
    orders.clear({ topic: queueName, group, queueId: 0 })
  }
}

/** Null: where it is. That is Java's answer to TIMESTAMP too. */
function targetOf({ type, value }: LiteOffsetOption, current: number, maxOffset: () => number): number | null {
  switch (type) {
    case 'POLICY':
      if (value === Policy.MIN) return 0
      return value === Policy.MAX ? maxOffset() : null
    case 'OFFSET':
      return value
    case 'TAIL_N':
      return current < 0 ? null : Math.max(0, current - value)
    default:
      return null
  }
}
