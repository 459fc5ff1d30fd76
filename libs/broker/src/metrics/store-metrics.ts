import { gauge } from '@rocketmq-ts/observability'
import { storePaths } from '@rocketmq-ts/store'
import type { BrokerMetricSource } from './broker-metric-source'

/** Where it is stored: Java has other places too. */
export const LOCAL_DISK = { storage_type: 'local', storage_medium: 'disk' } as const

const size = gauge('rocketmq_storage_size', 'Bytes of the disk of the store that are not free', 'bytes')
const flushBehind = gauge('rocketmq_storage_flush_behind_bytes', 'Bytes that a loss of power would take', 'bytes')
const dispatchBehind = gauge('rocketmq_storage_dispatch_behind_bytes', 'Bytes that no queue knows of yet', 'bytes')
const reserveTime = gauge('rocketmq_storage_message_reserve_time', 'Age of the oldest message', 'milliseconds')

/** How the store is. Source: store/metrics/DefaultStoreMetricsManager.java */
export const storeMetrics: BrokerMetricSource = {
  metrics: [size, flushBehind, dispatchBehind, reserveTime],
  read: async ({ store, disk, clock, config }, observe) => {
    const { totalBytes, availableBytes } = disk.space(storePaths(config).root)
    observe(size, totalBytes - availableBytes, LOCAL_DISK)
    observe(flushBehind, store.maxPhysicalOffset - store.flushedPhysicalOffset, LOCAL_DISK)
    observe(dispatchBehind, store.dispatchBehindBytes, LOCAL_DISK)
    const earliest = await store.earliestCommitLogTimestamp()
    if (earliest !== null) observe(reserveTime, clock.nowMs() - earliest, LOCAL_DISK)
  },
}
