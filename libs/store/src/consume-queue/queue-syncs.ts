import type { Disk } from '@rocketmq-ts/base'
import type { FileConsumeQueue } from './file-consume-queue'
import { atOnce } from './stretches'

/** Files or folders that are synced at a time: libuv has four threads, and one stays free for those who read. */
const SYNCS_AT_ONCE_MAX = 3
/** When more files wait for a sync the file system is synced as a whole: that may write more, and waits once. */
const ONE_BY_ONE_COUNT_MAX = 1000

/** Knows which queues have something that a loss of power would take, and brings it to the disk. */
export class QueueSyncs {
  private readonly queues = new Set<FileConsumeQueue>()
  /** Have new names in them that a loss of power would take: most queues share theirs with others. */
  private readonly folders = new Set<string>()

  /** `rootFolders`: where all queues are. */
  constructor(
    private readonly rootFolders: () => readonly string[],
    private readonly disk: Pick<Disk, 'datasyncFolder' | 'exists' | 'syncFileSystem'>,
  ) {}

  add(queue: FileConsumeQueue): void {
    this.queues.add(queue)
  }

  forget(queue: FileConsumeQueue): void {
    this.queues.delete(queue)
  }

  /** Resolves when all that was written before the call would survive a loss of power. Rejects with StorageError. */
  async run(): Promise<void> {
    if (this.queues.size > ONE_BY_ONE_COUNT_MAX && (await this.syncTogether())) return
    await atOnce(SYNCS_AT_ONCE_MAX, [...this.queues], queue => this.syncQueue(queue))
    await atOnce(SYNCS_AT_ONCE_MAX, [...this.folders], async folder => {
      if (this.disk.exists(folder)) await this.disk.datasyncFolder(folder) // else its topic was deleted
      this.folders.delete(folder)
    })
  }

  /** Resolves to false if each queue has to be synced by itself. */
  private async syncTogether(): Promise<boolean> {
    const queues = [...this.queues]
    for (const queue of queues) for (const folder of queue.takeUnsyncedFolders()) this.folders.add(folder)
    const folders = [...this.folders]
    const synced = queues.map(queue => queue.beginSync())
    this.queues.clear()
    const roots = this.rootFolders().filter(folder => this.disk.exists(folder))
    const areSynced = await Promise.all(roots.map(root => this.disk.syncFileSystem(root)))
    if (areSynced.includes(false)) {
      for (const queue of queues) this.queues.add(queue)
      return false
    }
    for (const end of synced) end()
    for (const folder of folders) this.folders.delete(folder)
    return true
  }

  private async syncQueue(queue: FileConsumeQueue): Promise<void> {
    for (const folder of queue.takeUnsyncedFolders()) this.folders.add(folder)
    this.queues.delete(queue)
    const end = queue.beginSync()
    try {
      await queue.datasync()
      end()
    } catch (error) {
      this.queues.add(queue)
      throw error
    }
  }
}
