import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { CommitLog } from '../commit-log/commit-log'
import type { MessageLookup } from '../get-message/message-lookup'
import type { MessageStoreConfig } from '../message-store-config'
import type { PutTurns } from '../put-message/put-turns'
import { IndexFiles } from './index-files'
import { IndexFollower } from './index-follower'
import { IndexService } from './index-service'
import { QueryMessages } from './query-messages'

export interface MessageIndexDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly folder: string
  readonly commitLog: CommitLog
  readonly turns: Pick<PutTurns, 'publishedEndOffset' | 'onArrival'>
  readonly checkpoint: StoreCheckpoint
  readonly lookup: MessageLookup
}

/** The index of a store, and what finds messages with it. */
export interface MessageIndex {
  readonly service: IndexService
  readonly queries: QueryMessages
}

export function createMessageIndex(config: MessageStoreConfig, deps: MessageIndexDeps): MessageIndex {
  const { clock, disk, folder, commitLog, turns, checkpoint, lookup } = deps
  const log = deps.log.child({ component: 'index' })
  const layout = { slotCount: config.maxHashSlotNum, entryCountMax: config.maxIndexNum }
  const onFailed = (error: Error): void => service.fail(error)
  const files = new IndexFiles(folder, layout, { clock, disk, log, checkpoint, onFailed })
  const follower = new IndexFollower({ clock, log, commitLog, turns, files })
  const service = new IndexService(config, {
    clock,
    log,
    files,
    follower,
    mayBeRecord: async physicalOffset =>
      physicalOffset < commitLog.minOffset || (await lookup.storeTimestampAt(physicalOffset)) !== null,
    logEndOffset: () => turns.publishedEndOffset,
  })
  turns.onArrival(() => service.wake())
  return { service, queries: new QueryMessages(config, { index: service, lookup }) }
}
