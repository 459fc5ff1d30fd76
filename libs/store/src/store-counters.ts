import type { StoreStatistics } from './message-store'
import { PutTimes } from './put-message/put-times'

/** Plain numbers, counted on the hot paths, read when somebody asks. Source: store/StoreStatsService.java */
export class StoreCounters implements StoreStatistics {
  bootTimestamp = 0
  putMessageCount = 0
  putMessageBytes = 0
  putFailedCount = 0
  putEntireTimeMaxMs = 0
  readonly putTimes = new PutTimes()
  getFoundCount = 0
  getMissCount = 0
  getTransferredMessageCount = 0
  getEntireTimeMaxMs = 0
}
