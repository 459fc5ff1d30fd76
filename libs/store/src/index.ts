export { createFileMessageStore } from './file-message-store'
export { inspectStore } from './inspect/inspect-store'
export type { InspectProgress, InspectStoreDeps, InspectStoreOptions } from './inspect/inspect-store'
export { reportText, verdictText } from './inspect/report-text'
export type { StoreReport } from './inspect/store-report'
export { NoStoreError } from './inspect/store-state'
export type { FileMessageStoreDeps } from './store-parts'
export type { RetentionRule } from './cleaning/topic-retention'
export { messageStoreConfigSchema } from './message-store-config'
export type { MessageStoreConfig } from './message-store-config'
export type {
  ArrivalListener,
  GetListener,
  GetMessageQuery,
  GetMessageResult,
  GetMessageStatus,
  MessageArrival,
  MessageBatchToStore,
  FilterBitMap,
  MessageFilter,
  MessageQuery,
  MessageStore,
  MessageToStore,
  OffsetBoundary,
  PutListener,
  PutMessageResult,
  PutMessageStatus,
  QueryMessageResult,
  RecordPlace,
  StoreStatistics,
} from './message-store'
export { StoreInUseError } from './store-in-use-error'
export { storePaths } from './store-paths'
export type { StorePathsConfig } from './store-paths'
export type { StorePaths } from './store-paths'
export { createTableKeeper } from './tables/create-table-keeper'
export type { KeptTable } from './tables/kept-table'
export type { TableKeeper } from './tables/table-keeper'
export { isRecall } from './timer/due-units'
export type { DueSlot, DueUnit, DueUnits } from './timer/due-units'
export { readTimerCheckpoint, timerCheckpointBytes } from './timer/timer-checkpoint'
export type { TimerProgress } from './timer/timer-checkpoint'
export { TimerFiles } from './timer/timer-files'
export type { NewTimerUnit, OpenedTimer, TimerFilesDeps } from './timer/timer-files'
export { TimerMagic } from './timer/timer-unit'
export { dispatchesToLightQueues } from './light-queues/multi-dispatch'
export { isLightQueueName } from './light-queues/light-queue-names'
export { lightEntriesOf } from './light-queues/light-entries'
