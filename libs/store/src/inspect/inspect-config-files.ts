import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import { FastJsonError, parseFastJson } from '@rocketmq-ts/protocol'
import type { Problems } from './problems'
import type { ConfigFileReport, FileState } from './store-report'
import type { ReadOnlyDisk } from './stored-file'

/** A larger file is not read: the text has to be in memory as a whole. */
const CONFIG_FILE_BYTES_MAX = 128 * 1024 ** 2
const BACKUP = '.bak'

export interface InspectConfigFilesDeps {
  readonly disk: ReadOnlyDisk
  readonly problems: Problems
}

/** The JSON files of a broker: whether each can be read, or at least the one before it. */
export function inspectConfigFiles(folder: string, { disk, problems }: InspectConfigFilesDeps): ConfigFileReport[] {
  if (!disk.isFolder(folder)) return []
  const names = disk.list(folder).map(name => (name.endsWith(BACKUP) ? name.slice(0, -BACKUP.length) : name))
  return [...new Set(names)].filter(isJsonName).map(name => {
    const file = path.join(folder, name)
    const report = { name, state: stateOf(file, disk), backup: stateOf(`${file}${BACKUP}`, disk) }
    const next = report.backup === 'good' ? `a broker reads ${name}${BACKUP}` : 'a broker has nothing to read instead'
    if (report.state === 'damaged') problems.add('config', () => `${file} cannot be read: ${next}`)
    else if (report.state === 'missing' && report.backup === 'damaged') {
      problems.add('config', () => `${file} is missing, and ${name}${BACKUP} cannot be read`)
    }
    return report
  })
}

/** How many queues each topic has, as `topics.json` or the file before it says; null if neither can be read. */
export function configuredQueueCounts(folder: string, disk: ReadOnlyDisk): Map<string, number> | null {
  const file = path.join(folder, 'topics.json')
  const content = [file, `${file}${BACKUP}`].map(name => contentOf(name, disk)).find(found => typeof found === 'object')
  const table = recordOf(recordOf(content)?.topicConfigTable)
  return table === null ? null : new Map(Object.entries(table).map(([topic, value]) => [topic, queueCountOf(value)]))
}

/** How many queues a topic has, by what is kept of it. */
export function queueCountOf(topicConfig: unknown): number {
  const { readQueueNums, writeQueueNums } = recordOf(topicConfig) ?? {}
  return Math.max(Number(readQueueNums ?? 0), Number(writeQueueNums ?? 0))
}

function isJsonName(name: string): boolean {
  return name.endsWith('.json') || name === 'timermetrics' || name === 'transactionMetrics'
}

/** An empty file counts as missing: that is how a broker takes it. */
function stateOf(file: string, disk: ReadOnlyDisk): FileState {
  const content = contentOf(file, disk)
  return content === 'missing' || content === 'damaged' ? content : 'good'
}

/** What the JSON of a file stands for. */
function contentOf(file: string, disk: ReadOnlyDisk): object | 'missing' | 'damaged' {
  try {
    const sizeBytes = disk.sizeBytes(file) ?? 0
    if (sizeBytes === 0) return 'missing'
    const content = sizeBytes > CONFIG_FILE_BYTES_MAX ? null : parseFastJson(disk.readText(file) ?? '')
    return recordOf(content) ?? 'damaged'
  } catch (error) {
    if (error instanceof FastJsonError || error instanceof StorageError) return 'damaged'
    throw error
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
}
