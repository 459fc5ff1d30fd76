import type { Properties } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import type { Suite, SuiteEnvironment } from '../suite'
import { TimerJourney } from './timer-journey'
import type { TimerStay } from './timer-journey'
import { withMovingBroker } from './with-moving-broker'

const stays: readonly TimerStay[] = [
  { by: 'java', end: 'stop', leavesSnapshots: null },
  { by: 'ours', end: 'stop', leavesSnapshots: null },
  { by: 'java', end: 'kill', leavesSnapshots: null },
  { by: 'ours', end: 'kill', leavesSnapshots: null },
  { by: 'java', end: 'stop', leavesSnapshots: null },
  { by: 'ours', end: 'stop', leavesSnapshots: null },
]

/** Java leaves its wheel in files of another name then. */
const snapshotStays: readonly TimerStay[] = [
  { by: 'java', end: 'kill', leavesSnapshots: true },
  { by: 'ours', end: 'stop', leavesSnapshots: false },
  { by: 'java', end: 'stop', leavesSnapshots: true },
  { by: 'ours', end: 'stop', leavesSnapshots: false },
]

/** Java's broker and ours hand one data directory to and fro, with messages in it that are for later. */
export const timerStoreSuite: Suite = {
  name: 'timer-store',
  what: "one data directory with messages for later times, sent and delivered by Java's broker and ours in turn",
  run: environment => run(environment, stays, {}),
}

export const timerSnapshotStoreSuite: Suite = {
  name: 'timer-snapshot-store',
  what: "the same where Java's broker writes its wheel as snapshots",
  run: environment =>
    run(environment, snapshotStays, { timerWheelSnapshotFlush: true, timerWheelSnapshotIntervalMs: 1000 }),
}

function run(
  environment: SuiteEnvironment,
  stays: readonly TimerStay[],
  properties: Properties,
): Promise<readonly CaseResult[]> {
  return withMovingBroker(environment, { mappedFileSizeCommitLog: 1024 * 1024, ...properties }, given =>
    new TimerJourney({ environment, ...given }).run(stays),
  )
}
