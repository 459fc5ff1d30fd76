import type { BrokerRedrives } from '@rocketmq-ts/broker'

type RedriveRecord = BrokerRedrives['redrives'][number]

/** A line for each redrive, and one for each thing to know of it. */
export function redriveText(answers: readonly BrokerRedrives[]): readonly string[] {
  const lines = answers.flatMap(({ brokerName, redrives }) => redrives.flatMap(each => linesOf(brokerName, each)))
  return lines.length === 0 ? ['no redrive'] : lines
}

function linesOf(brokerName: string, record: RedriveRecord): readonly string[] {
  const { id, order, state, scannedCount, matchedCount, redrivenCount, unroutableCount, failure, samples } = record
  const leftCount = record.queues.reduce((sum, { nextOffset, endOffset }) => sum + endOffset - nextOffset, 0)
  const what = order.dryRun ? 'dry run' : `redrive to ${order.toTopic ?? order.to}`
  return [
    `${brokerName}  ${id}  ${what}  ${state}: ${scannedCount} looked at, ${leftCount} left, ${matchedCount} match, ` +
      `${redrivenCount} redriven`,
    ...(unroutableCount > 0 ? [`  ${unroutableCount} stay: their topic is gone or not named`] : []),
    ...(failure === null ? [] : [`  held up: ${failure}`]),
    ...samples.map(sample => `  ${sample}`),
  ]
}
