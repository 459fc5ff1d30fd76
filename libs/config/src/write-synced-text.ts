import type { Disk } from '@rocketmq-ts/base'

/** Writes a whole file; resolves when its content would survive a loss of power. Its name is not synced. */
export async function writeSyncedText(path: string, text: string, disk: Pick<Disk, 'open'>): Promise<void> {
  const file = disk.open(path, { create: true })
  try {
    file.truncate(0)
    file.write(Buffer.from(text), 0)
    await file.datasync()
  } finally {
    file.close()
  }
}
