import type { Disk } from '@rocketmq-ts/base'
import type { MessageStoreConfig } from '../message-store-config'

type FileSizes = Pick<MessageStoreConfig, 'mappedFileSizeCommitLog' | 'mappedFileSizeConsumeQueue'>

/**
 * There while a store is open: who finds it at a start knows that the last stop was none. Java only looks whether it is
 * there, and writes its process id; ours adds the file sizes that it works with.
 * Source: store/DefaultMessageStore.java (createTempFile)
 */
export class AbortFile {
  constructor(
    private readonly path: string,
    private readonly disk: Disk,
  ) {}

  exists(): boolean {
    return this.disk.exists(this.path)
  }

  /** True if the store that did not stop was ours and had these sizes: a shorter file is one that it was cutting. */
  names(sizes: FileSizes): boolean {
    return this.disk.readText(this.path)?.endsWith(textOf(sizes)) === true
  }

  create(sizes: FileSizes): void {
    this.disk.writeText(this.path, `${process.pid}${textOf(sizes)}`)
  }

  remove(): void {
    this.disk.remove(this.path)
  }
}

function textOf({ mappedFileSizeCommitLog, mappedFileSizeConsumeQueue }: FileSizes): string {
  return ` mappedFileSizeCommitLog=${mappedFileSizeCommitLog} mappedFileSizeConsumeQueue=${mappedFileSizeConsumeQueue}`
}
