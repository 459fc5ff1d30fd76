import type { ConsumeQueue } from '../consume-queue/consume-queue-store'
import type { ArrivalListener, MessageArrival } from '../message-store'
import type { PutTicket } from './put-ticket'

/** A record that has its place: what its queue and the arrival listeners need to know. Used again and again. */
export class PlacedRecord implements MessageArrival {
  topic = ''
  queueId = 0
  queueOffset = 0
  physicalOffset = 0
  storedBytes = 0
  tagsCode = 0
  storeTimestamp = 0
  /** Null for a record that no queue shows: a prepared or a rolled back transaction. */
  queue: ConsumeQueue | null = null
}

/** All that was put in one turn of the event loop. Used again and again. */
export class PutTurn {
  /** Still to be answered. */
  readonly tickets: PutTicket[] = []
  storeTimestamp = 0
  /** Where the CommitLog ends with this turn. */
  endOffset = 0
  /** When its tickets have waited for the disk long enough, on the monotonic clock. */
  deadlineMs = 0
  private readonly records: PlacedRecord[] = []
  private recordCount = 0

  nextRecord(): PlacedRecord {
    let record = this.records[this.recordCount]
    if (record === undefined) {
      record = new PlacedRecord()
      this.records.push(record)
    }
    this.recordCount += 1
    return record
  }

  get lastPhysicalOffset(): number {
    return this.records[this.recordCount - 1]?.physicalOffset ?? 0
  }

  /** Readers may see the records. */
  publish(): void {
    for (let index = 0; index < this.recordCount; index += 1) {
      const record = this.records[index] as PlacedRecord
      record.queue?.publish(record.queueOffset + 1)
    }
  }

  /** Gives the queue offsets back, the last one first. */
  rollback(): void {
    for (let index = this.recordCount - 1; index >= 0; index -= 1) {
      const record = this.records[index] as PlacedRecord
      record.queue?.rollback(record.queueOffset)
    }
  }

  announce(listener: ArrivalListener): void {
    for (let index = 0; index < this.recordCount; index += 1) {
      const record = this.records[index] as PlacedRecord
      if (record.queue !== null) listener(record)
    }
  }

  clear(): void {
    this.tickets.length = 0
    this.recordCount = 0
  }
}
