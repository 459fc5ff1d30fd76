import type { Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { z } from 'zod'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'

/** Topic -> queue id -> where the oldest record begins that the queue still serves. */
const floorFileSchema = z.object({ floorTable: z.record(z.string(), z.record(z.string(), z.number().int().min(0))) })
type FloorTable = z.infer<typeof floorFileSchema>['floorTable']

export interface RetentionFloorsDeps {
  readonly file: Pick<ConfigFile, 'load' | 'save' | 'path'>
  readonly log: Log
}

/**
 * Where queues begin that begin behind the beginning of the log. Java's files have no place for that: this one keeps it,
 * so that a restart brings nothing back, however the queues are recovered.
 *
 *   {"floorTable":{"TopicA":{"0":1048576}}}
 */
export class RetentionFloors {
  private floors: FloorTable = {}
  private isSaved = true

  constructor(private readonly deps: RetentionFloorsDeps) {}

  /** Lifts the queues to where they began. What lies behind the end of the log was lost by it: new records come there. */
  async restore(consumeQueues: Pick<ConsumeQueueStore, 'trim'>, logEndOffset: number): Promise<void> {
    for (const [topic, queues] of Object.entries(this.read())) {
      for (const [queueId, savedOffset] of Object.entries(queues)) {
        const physicalOffset = Math.min(savedOffset, logEndOffset)
        this.raise(topic, Number(queueId), physicalOffset)
        await consumeQueues.trim(topic, Number(queueId), physicalOffset)
      }
    }
  }

  /** 0 for a queue that begins where the log begins. */
  floorOf(topic: string, queueId: number): number {
    return this.floors[topic]?.[queueId] ?? 0
  }

  raise(topic: string, queueId: number, physicalOffset: number): void {
    const queues = (this.floors[topic] ??= {})
    queues[queueId] = physicalOffset
    this.isSaved = false
  }

  /** Writes what was raised since the last call; where the log itself begins behind it, it is forgotten. Rejects with StorageError. */
  async save(logMinOffset: number): Promise<void> {
    if (this.isSaved) return
    this.isSaved = true
    this.floors = withoutBelow(this.floors, logMinOffset)
    try {
      await this.deps.file.save(() => JSON.stringify({ floorTable: this.floors }))
    } catch (error) {
      this.isSaved = false
      throw error
    }
  }

  private read(): FloorTable {
    const { file, log } = this.deps
    try {
      return file.load(text => floorFileSchema.parse(JSON.parse(text)).floorTable) ?? {}
    } catch (err) {
      log.warn({ err, file: file.path }, 'cannot read where queues begin: what topics let expire is found again')
      return {}
    }
  }
}

function withoutBelow(floors: FloorTable, logMinOffset: number): FloorTable {
  const kept: FloorTable = {}
  for (const [topic, queues] of Object.entries(floors)) {
    const above = Object.entries(queues).filter(([, physicalOffset]) => physicalOffset > logMinOffset)
    if (above.length > 0) kept[topic] = Object.fromEntries(above)
  }
  return kept
}
