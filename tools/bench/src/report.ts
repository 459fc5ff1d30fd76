import type { Histogram } from 'hdr-histogram-js'

export interface LoadResult {
  readonly messageCount: number
  readonly failedCount: number
  /** What the last refusal was; null when all went well. */
  readonly failure: string | null
  readonly seconds: number
  /** Microseconds from a request to its answer. */
  readonly latencies: Histogram
}

export interface ReportRow {
  readonly address: string
  readonly load: string
  readonly messages: number
  readonly failed: number
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
  readonly maxUs: number
}

export function reportRow(address: string, load: string, result: LoadResult): ReportRow {
  return {
    address,
    load,
    messages: result.messageCount,
    failed: result.failedCount,
    perSecond: Math.round(result.messageCount / result.seconds),
    p50Us: result.latencies.getValueAtPercentile(50),
    p99Us: result.latencies.getValueAtPercentile(99),
    maxUs: result.latencies.maxValue,
  }
}

const COLUMNS = ['load', 'address', 'messages', 'failed', 'perSecond', 'p50Us', 'p99Us', 'maxUs'] as const
const TITLES = ['load', 'address', 'messages', 'failed', 'messages/s', 'p50 µs', 'p99 µs', 'max µs']

/** The rows as a table for a terminal: text left, numbers right. */
export function resultTable(rows: readonly ReportRow[]): string {
  const cells = [TITLES, ...rows.map(row => COLUMNS.map(column => cellText(row[column])))]
  const widths = TITLES.map((_, column) => Math.max(...cells.map(line => line[column]?.length ?? 0)))
  const lines = cells.map(line =>
    line
      .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  return `${lines.join('\n')}\n`
}

function cellText(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value
}

/** For each load that ran at both addresses: the median rate at the first over the median rate at the second. */
export function ratios(rows: readonly ReportRow[], address: string, against: string): string {
  const loads = [...new Set(rows.map(row => row.load))]
  const lines = loads.map(load => {
    const rate = medianOf(rows, load, address, 'perSecond') / medianOf(rows, load, against, 'perSecond')
    const latency = medianOf(rows, load, address, 'p50Us') / medianOf(rows, load, against, 'p50Us')
    return `${load}: messages/s ${rate.toFixed(2)} ×, p50 ${latency.toFixed(2)} ×`
  })
  return `${address} over ${against} (medians)\n${lines.join('\n')}\n`
}

function medianOf(rows: readonly ReportRow[], load: string, address: string, column: 'perSecond' | 'p50Us'): number {
  const values = rows.filter(row => row.load === load && row.address === address).map(row => row[column])
  return values.sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}
