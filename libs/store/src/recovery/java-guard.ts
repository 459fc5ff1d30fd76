import * as path from 'node:path'
import type { Disk } from '@rocketmq-ts/base'

/** Lies where topics lie; no topic can have such a name. */
export const JAVA_GUARD = '.the.queues.are.in.consumequeue-kv'

const TEXT = 'The queues are in consumequeue-kv. A start of rocketmq-ts with storeType=default brings them here.\n'

/**
 * Java knows nothing of the database: it would make the queues of the last ten files of the log again, and serve nothing
 * that is older. A queue's file of a size that cannot be keeps it from starting, and is named in Java's log.
 */
export function placeJavaGuard(
  disk: Pick<Disk, 'exists' | 'makeFolder' | 'writeText'>,
  consumeQueueFolder: string,
): void {
  const folder = path.join(consumeQueueFolder, JAVA_GUARD, '0')
  const file = path.join(folder, '0'.repeat(20))
  if (disk.exists(file)) return
  disk.makeFolder(folder)
  disk.writeText(file, TEXT)
}

export function removeJavaGuard(disk: Pick<Disk, 'remove'>, consumeQueueFolder: string): void {
  disk.remove(path.join(consumeQueueFolder, JAVA_GUARD))
}
