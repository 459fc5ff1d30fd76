import * as path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import type { Disk } from '@rocketmq-ts/base'
import { ROOT } from '../store-fixture'

/** Files of a store by name, each deflated and in Base64. */
export type JavaFiles = Readonly<Record<string, string>>

export function putFiles(disk: Disk, files: JavaFiles): void {
  for (const [name, deflated] of Object.entries(files)) {
    const file = path.join(ROOT, name)
    disk.makeFolder(path.dirname(file))
    disk.open(file, { create: true }).write(inflated(deflated), 0)
  }
}

export function inflated(deflated: string): Buffer {
  return inflateRawSync(Buffer.from(deflated, 'base64'))
}

/** What a file of the store holds; nothing if there is none. */
export function bytesOf(disk: Disk, name: string): Buffer {
  const file = path.join(ROOT, name)
  const bytes = Buffer.alloc(disk.sizeBytes(file) ?? 0)
  if (bytes.length > 0) disk.open(file).readNow(bytes, 0, bytes.length, 0)
  return bytes
}
