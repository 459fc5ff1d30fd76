import * as path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import type { Disk } from '@rocketmq-ts/base'
import type { FaultyDisk } from '@rocketmq-ts/base/testing'
import { inspectStore } from '../../src'
import type { InspectStoreOptions, StoreReport } from '../../src'
import { ROOT } from '../store-fixture'

/** Lays the files of a golden store on the disk. */
export function putFiles(disk: Disk, files: Readonly<Record<string, string>>): void {
  for (const [name, deflated] of Object.entries(files))
    putFile(disk, name, inflateRawSync(Buffer.from(deflated, 'base64')))
}

export function putFile(disk: Disk, name: string, bytes: Buffer): void {
  const file = path.join(ROOT, name)
  disk.makeFolder(path.dirname(file))
  disk.open(file, { create: true }).write(bytes, 0)
}

/** Looks into the store on a disk that refuses whatever could change it. */
export function inspect(disk: FaultyDisk, options: Partial<InspectStoreOptions> = {}): StoreReport {
  disk.fault = ({ kind }) => (kind === 'open' || kind === 'read' ? null : { code: 'EROFS' })
  try {
    return inspectStore(
      { folder: ROOT, commitLogFolders: [], isThorough: true, problemCountMax: 10, ...options },
      { disk: disk.process(), onProgress: () => undefined },
    )
  } finally {
    disk.fault = () => null
  }
}
