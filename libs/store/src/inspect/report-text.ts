import type { QueueReport, StoreReport } from './store-report'

/** Topics that are listed without being asked for; those with the most messages. */
const TOPIC_COUNT_MAX = 20
/** Files that are listed; of more, the first and the last ones. */
const FILE_COUNT_MAX = 12

export interface ReportTextOptions {
  /** Shows the queues of this topic instead of a line for each topic. */
  readonly topic: string | null
}

/** A report as people read it. */
export function reportText(report: StoreReport, { topic }: ReportTextOptions): readonly string[] {
  return [
    `store ${report.folder}`,
    ...stateLines(report),
    '',
    ...commitLogLines(report),
    '',
    ...queueLines(report, topic),
    '',
    ...otherFileLines(report),
    '',
    ...verdictLines(report),
  ]
}

/** What was held together, and what is wrong: all that a check has to say. */
export function verdictText(report: StoreReport): readonly string[] {
  const { commitLog, queues, indexFiles } = report
  const indexEntryCount = indexFiles.reduce((sum, { entryCount }) => sum + entryCount, 0)
  return [
    `${report.folder}: ${commitLog.recordCount} records of ${bytesText(commitLog.recordBytes)}, ` +
      `${queues.entryCount} queue entries, ${indexEntryCount} index entries`,
    ...verdictLines(report),
  ]
}

/** What is wrong, and how much of it; one line for a healthy store. */
function verdictLines({ problemCount, problemCountByKind, problems, notes }: StoreReport): readonly string[] {
  const noteLines = notes.map(note => `note: ${note}`)
  if (problemCount === 0) return [...noteLines, 'healthy']
  const counts = Object.entries(problemCountByKind).map(([kind, count]) => `${count} ${kind}`)
  const restCount = problemCount - problems.length
  return [
    ...noteLines,
    `DAMAGED: ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'} (${counts.join(', ')})`,
    ...problems.map(({ kind, text }) => `  ${kind}: ${text}`),
    ...(restCount > 0 ? [`  … and ${restCount} more (--problems N names more of each kind)`] : []),
  ]
}

function stateLines({ abort, checkpoint }: StoreReport): readonly string[] {
  const state =
    abort === null ? 'stopped in order' : `open, or was not stopped: abort says "${abort}"; a start would recover it`
  if (checkpoint === null)
    return [`  state       ${state}`, '  checkpoint  none: recovery would begin at the first file']
  const { physicMsgTimestamp, logicsMsgTimestamp, indexMsgTimestamp, logicsPhysicalOffset } = checkpoint
  const times = `log ${timeText(physicMsgTimestamp)}, queues ${timeText(logicsMsgTimestamp)}, index ${timeText(indexMsgTimestamp)}`
  return [`  state       ${state}`, `  checkpoint  ${times}; record ${logicsPhysicalOffset} has its entry`]
}

function commitLogLines({ commitLog }: StoreReport): readonly string[] {
  const { files, sizeBytes, startOffset, recordCount, recordBytes, end } = commitLog
  const rest = end.reason === null ? '' : `; what follows is no record: ${end.reason}`
  return [
    `CommitLog: ${files.length} files of ${bytesText(sizeBytes)}, ${recordCount} records of ${bytesText(recordBytes)}`,
    `  from ${startOffset} to ${end.offset}${rest}`,
    `  stored from ${timeText(commitLog.firstStoreTimestamp)} to ${timeText(commitLog.lastStoreTimestamp)}`,
    ...shortened(
      files.map(({ path, recordCount: count, firstBad, firstStoreTimestamp, lastStoreTimestamp }) => {
        const bad = firstBad === null ? '' : `  BAD from ${firstBad.offset}: ${firstBad.reason}`
        const times = count === 0 ? '' : `  ${timeText(firstStoreTimestamp)} – ${timeText(lastStoreTimestamp)}`
        return `  ${path}  ${count} records${times}${bad}`
      }),
    ),
  ]
}

function queueLines({ queues }: StoreReport, topic: string | null): readonly string[] {
  const { areInDatabase, topicCount, queueCount, entryCount, matchedCount, blankCount, nowhereCount } = queues
  const { hiddenRecordCount, formerRecordCount, pendingRecordCount } = queues
  const counts: readonly (readonly [number, string])[] = [
    [matchedCount, 'lead to their record'],
    [blankCount, 'are blank: their messages were lost before'],
    [nowhereCount, 'lead nowhere'],
  ]
  const records: readonly (readonly [number, string])[] = [
    [hiddenRecordCount, 'records in no queue: prepared or rolled back'],
    [formerRecordCount, 'records of queues, or parts of them, that were deleted'],
    [pendingRecordCount, 'records whose entry is not written yet'],
  ]
  return [
    `ConsumeQueues: ${queueCount} queues of ${topicCount} topics, ${entryCount} entries${areInDatabase ? ', in a database' : ''}`,
    ...[...counts, ...records].filter(([count]) => count > 0).map(([count, text]) => `  ${count} ${text}`),
    ...(topic === null ? topicLines(queues.queues) : linesOfTopic(queues.queues, topic)),
  ]
}

function topicLines(queues: readonly QueueReport[]): readonly string[] {
  const topics = new Map<string, { queueCount: number; messageCount: number }>()
  for (const { topic, minOffset, maxOffset } of queues) {
    const sum = topics.get(topic) ?? { queueCount: 0, messageCount: 0 }
    topics.set(topic, { queueCount: sum.queueCount + 1, messageCount: sum.messageCount + maxOffset - minOffset })
  }
  const sorted = [...topics].sort(([, left], [, right]) => right.messageCount - left.messageCount)
  const rest = sorted.length - TOPIC_COUNT_MAX
  return [
    ...sorted
      .slice(0, TOPIC_COUNT_MAX)
      .map(([topic, { queueCount, messageCount }]) => `  ${topic}: ${messageCount} messages in ${queueCount} queues`),
    ...(rest > 0 ? [`  … and ${rest} topics more`] : []),
    ...(sorted.length > 0 ? ['  (--topic NAME shows the queues of one)'] : []),
  ]
}

function linesOfTopic(queues: readonly QueueReport[], topic: string): readonly string[] {
  const found = queues.filter(queue => queue.topic === topic)
  if (found.length === 0) return [`  there is no queue of topic ${topic}`]
  return found
    .sort((left, right) => left.queueId - right.queueId)
    .map(({ queueId, minOffset, maxOffset, fileCount, blankCount, nowhereCount }) => {
      const gaps = blankCount > 0 ? `, ${blankCount} blank` : ''
      const nowhere = nowhereCount > 0 ? `, ${nowhereCount} LEAD NOWHERE` : ''
      const place = fileCount === 0 ? '' : ` in ${fileCount} files`
      return `  ${topic} queue ${queueId}: ${minOffset} to ${maxOffset}${place}${gaps}${nowhere}`
    })
}

function otherFileLines({ indexFiles, configFiles, tables }: StoreReport): readonly string[] {
  const index = indexFiles.map(({ path, entryCount, beginTimestamp, endTimestamp }) => {
    return `  ${path}  ${entryCount} entries  ${timeText(beginTimestamp)} – ${timeText(endTimestamp)}`
  })
  const config = configFiles.map(({ name, state, backup }) => `  ${name} ${state}, .bak ${backup}`)
  return [
    `index: ${index.length} files`,
    ...shortened(index),
    `configuration: ${config.length} files`,
    ...shortened(config),
    ...tables.map(({ name, state, entryCount }) => `  ${name} ${state}, ${entryCount} entries`),
  ]
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= FILE_COUNT_MAX) return lines
  const half = FILE_COUNT_MAX / 2
  return [...lines.slice(0, half), `  … ${lines.length - FILE_COUNT_MAX} more …`, ...lines.slice(-half)]
}

function timeText(timestamp: number | null): string {
  if (timestamp === null || timestamp <= 0) return 'never'
  const time = new Date(timestamp)
  return Number.isNaN(time.getTime()) ? String(timestamp) : time.toISOString()
}

function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}
