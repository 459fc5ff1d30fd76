import { hasBits, setBits } from '@rocketmq-ts/filter'
import type { FilterBitMap, MessageFilter } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerFilterData, ConsumerFilterTable } from './consumer-filter-table'

export interface FilterBitMapsDeps {
  readonly consumerFilters: Pick<ConsumerFilterTable, 'ofTopic'>
}

/**
 * Tells, as a message is stored, which groups' expressions take it: the bits of each such group are set in a bloom
 * filter that the ConsumeQueue keeps beside the message's entry. A pull from the disk then leaves out what its group's
 * expression did not take, without reading it. Source: broker/filter/CommitLogDispatcherCalcBitMap.java
 */
export class FilterBitMaps {
  constructor(
    private readonly config: Pick<BrokerConfig, 'enableCalcFilterBitMap'>,
    private readonly deps: FilterBitMapsDeps,
  ) {}

  /** Null for a topic that nobody consumes by an expression. */
  readonly of = (topic: string, record: Buffer): Buffer | null => {
    if (!this.config.enableCalcFilterBitMap) return null
    let bits: Buffer | null = null
    for (const { filter, bloomFilterData } of this.deps.consumerFilters.ofTopic(topic)) {
      bits ??= Buffer.alloc(Math.ceil(bloomFilterData.bitNum / 8))
      if (filter.matchesRecord(record)) setBits(bits, bloomFilterData.bitPos)
    }
    return bits
  }
}

/**
 * An SQL filter that looks at the bits first. They count only for messages that are newer than what the group wants:
 * nobody asked its expression about those before. Source: broker/filter/ExpressionMessageFilter.java
 */
export class BitMapFilter implements MessageFilter {
  readonly matchesRecord: MessageFilter['matchesRecord']

  constructor(private readonly data: Pick<ConsumerFilterData, 'bloomFilterData' | 'bornTime' | 'filter'>) {
    this.matchesRecord = data.filter.matchesRecord
  }

  matchesTagsCode(): boolean {
    return true
  }

  matchesBitMap({ bits, storeTimestamp }: FilterBitMap): boolean {
    const { bornTime, bloomFilterData } = this.data
    if (storeTimestamp <= bornTime || 8 * bits.length !== bloomFilterData.bitNum) return true
    return hasBits(bits, bloomFilterData.bitPos)
  }
}
