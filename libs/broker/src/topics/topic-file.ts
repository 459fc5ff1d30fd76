import type { Component } from '@rocketmq-ts/base'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import { TableFile } from '../table-file'
import type { TableFileDeps } from '../table-file'
import type { TopicTable } from './topic-table'

export interface TopicFileDeps extends TableFileDeps {
  readonly topics: TopicTable
}

/** Has the topics kept, and knows which of them a crash would forget. */
export class TopicFile implements Component {
  private readonly file: TableFile
  /** Made, and not kept yet: with a number for each making. */
  private readonly unsaved = new Map<string, number>()
  private madeCount = 0

  constructor({ topics, ...deps }: TopicFileDeps) {
    this.file = new TableFile(deps)
    topics.onChange((_, made) => this.changed(made))
  }

  /** Rejects with CorruptDataError, StorageError. */
  async start(): Promise<void> {
    await this.file.start()
  }

  async stop(): Promise<void> {
    await this.file.stop()
  }

  /** Never rejects. Nothing is saved: for a start that failed. */
  async close(): Promise<void> {
    await this.file.close()
  }

  /** False for a topic that was just made: a message stored for it now might outlive it. */
  isSaved(topic: string): boolean {
    return this.unsaved.size === 0 || !this.unsaved.has(topic)
  }

  /** Resolves when the disk has every change made so far. Rejects with NotKeptError. */
  async saved(): Promise<void> {
    const made = new Map(this.unsaved)
    await this.file.saved()
    for (const [topic, number] of made) if (this.unsaved.get(topic) === number) this.unsaved.delete(topic)
  }

  private changed(made: readonly TopicConfig[]): void {
    for (const { topicName } of made) this.unsaved.set(topicName, (this.madeCount += 1))
    this.file.changed()
    this.saved().catch(() => undefined) // It is logged; who needs the topic waits for `saved` and is told.
  }
}
