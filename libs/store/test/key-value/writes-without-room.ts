import { execFileSync } from 'node:child_process'
import { StorageError, nodeDisk, systemClock } from '@rocketmq-ts/base'
import type { KeyValueDatabase } from '../../src/key-value/key-value-database'
import { findValue } from '../../src/key-value/key-value-pairs'
import { openLevelDatabase } from '../../src/key-value/level-database'

/** No file of this process gets longer than that. */
function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
}

function write(database: KeyValueDatabase, key: string, valueBytes: number): Promise<string> {
  const batch = database.batch()
  batch.put(Buffer.from(key), Buffer.alloc(valueBytes, key))
  return batch.write().then(
    () => 'written',
    (error: unknown) => (error instanceof StorageError ? 'refused' : String(error)),
  )
}

async function sizes(database: KeyValueDatabase, ...keys: string[]): Promise<(number | null)[]> {
  return Promise.all(keys.map(async key => (await findValue(database, Buffer.from(key)))?.length ?? null))
}

/** A process for `level-database.test.ts`, which cannot let its own files be limited: prints what happened. */
async function main(folder: string): Promise<void> {
  const memory = { memoryBytes: 1024 ** 2, whenDamaged: 'mend it', onChangesLost: () => undefined }
  const options = { ...memory, clock: systemClock, disk: nodeDisk }
  const database = await openLevelDatabase(folder, options)
  const writes = [await write(database, 'a', 100_000)]
  limitFiles(150_000)
  writes.push(await write(database, 'b', 100_000), await write(database, 'c', 1000))
  const readWithoutRoom = await sizes(database, 'a', 'c')
  limitFiles('unlimited')
  writes.push(await write(database, 'd', 1000), await write(database, 'e', 1000))
  await database.close()
  const again = await openLevelDatabase(folder, options)
  process.stdout.write(JSON.stringify({ writes, readWithoutRoom, kept: await sizes(again, 'a', 'd', 'e') }))
  await again.close()
}

void main(process.argv[2] ?? '')
