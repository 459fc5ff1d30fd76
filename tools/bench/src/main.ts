import { HELP, count, readFlags } from './flags'
import { loads, settingsOf } from './loads'
import type { Progress, Settings } from './loads'
import { measurementOf } from './own-brokers'
import { ratios, reportRow, resultTable } from './report'
import type { ReportRow } from './report'

async function runLoad(load: string, address: string, settings: Settings): Promise<ReportRow> {
  const run = loads[load]
  if (run === undefined) throw new Error(`--load ${load}: not one of ${Object.keys(loads).join(', ')}`)
  const showsProgress = process.stderr.isTTY
  const onProgress: Progress = messageCount => {
    if (showsProgress)
      process.stderr.write(`\r${load} at ${address}: ${messageCount.toLocaleString('en-US')} messages `)
  }
  const row = reportRow(address, load, await run(address, settings, onProgress))
  if (showsProgress) process.stderr.write('\r\u001b[K')
  return row
}

async function main(): Promise<void> {
  const flags = readFlags()
  const measure = measurementOf(flags)
  if (measure !== null) {
    process.stdout.write(await measure())
    return
  }
  if (flags['help'] === true || typeof flags['addr'] !== 'string') {
    process.stdout.write(HELP)
    process.exitCode = flags['help'] === true ? 0 : 2
    return
  }
  const settings = settingsOf(flags)
  const addresses = typeof flags['against'] === 'string' ? [flags['addr'], flags['against']] : [flags['addr']]
  const names = typeof flags['load'] === 'string' ? flags['load'].split(',') : ['send', 'batch', 'latency', 'pull']
  const rows: ReportRow[] = []
  for (let round = 0; round < count(flags, 'rounds', 1); round += 1) {
    for (const load of names) {
      // By turns and with the order changing, so that neither server always runs on the warmer machine.
      for (const address of round % 2 === 0 ? addresses : [...addresses].reverse()) {
        rows.push(await runLoad(load, address, settings))
      }
    }
  }
  if (flags['json'] === true) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  else process.stdout.write(resultTable(rows))
  if (addresses[1] !== undefined) process.stdout.write(ratios(rows, flags['addr'], addresses[1]))
  if (rows.some(row => row.failed > 0)) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
