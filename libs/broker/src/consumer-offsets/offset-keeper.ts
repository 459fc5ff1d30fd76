import * as path from 'node:path'
import type { Disk } from '@rocketmq-ts/base'
import type { KeptTable, TableKeeper } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from './consumer-offset-table'
import { keptOffsets } from './kept-offsets'

const LIGHT_FILE = 'lmqConsumerOffset'

export interface OffsetKeeperDeps {
  readonly offsets: ConsumerOffsetTable
  readonly folder: string
  readonly disk: Pick<Disk, 'exists'>
  readonly keeperOf: (table: KeptTable) => TableKeeper
}

/**
 * Keeps consumer offsets. With light queues Java keeps all of them in a file of another name, and forgets those that it
 * had before; here they are brought along when there is no such file yet.
 * Source: broker/offset/LmqConsumerOffsetManager.java
 */
export function offsetKeeper(
  { enableLmq, configManagerVersion }: { readonly enableLmq: boolean; readonly configManagerVersion: string },
  { offsets, folder, disk, keeperOf }: OffsetKeeperDeps,
): TableKeeper {
  const plain = keeperOf(keptOffsets(offsets))
  if (!enableLmq) return plain
  const light = keeperOf(keptOffsets(offsets, LIGHT_FILE))
  const isThere = (): boolean => {
    return ['json', 'json.bak'].some(end => disk.exists(path.join(folder, `${LIGHT_FILE}.${end}`)))
  }
  let keeper = light
  return {
    path: light.path,
    load: async () => {
      if (configManagerVersion === 'kv' && !isThere()) keeper = plain // One database, whatever file it came from.
      await keeper.load()
      if (keeper === plain || configManagerVersion === 'kv' || isThere()) return
      await plain.load()
      await plain.close()
    },
    save: () => keeper.save(),
    close: () => keeper.close(),
  }
}
