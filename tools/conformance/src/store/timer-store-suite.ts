import type { CaseResult } from '../report'
import type { Suite, SuiteEnvironment } from '../suite'
import { TimerJourney } from './timer-journey'
import type { TimerStay } from './timer-journey'
import { withMovingBroker } from './with-moving-broker'

const stays: readonly TimerStay[] = [
  { by: 'java', end: 'stop' },
  { by: 'ours', end: 'stop' },
  { by: 'java', end: 'kill' },
  { by: 'ours', end: 'kill' },
  { by: 'java', end: 'stop' },
  { by: 'ours', end: 'stop' },
]

/** Java's broker and ours hand one data directory to and fro, with messages in it that are for later. */
export const timerStoreSuite: Suite = {
  name: 'timer-store',
  what: "one data directory with messages for later times, sent and delivered by Java's broker and ours in turn",
  run,
}

function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const properties = { mappedFileSizeCommitLog: 1024 * 1024 }
  return withMovingBroker(environment, properties, given => new TimerJourney({ environment, ...given }).run(stays))
}
