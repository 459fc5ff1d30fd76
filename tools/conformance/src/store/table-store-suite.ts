import type { CaseResult } from '../report'
import type { Suite, SuiteEnvironment } from '../suite'
import { TableJourney } from './table-journey'
import type { TableStay } from './table-journey'
import { withMovingBroker } from './with-moving-broker'

const stays: readonly TableStay[] = [
  { by: 'java', configManagerVersion: 'v1', end: 'stops' },
  { by: 'ours', configManagerVersion: 'kv', end: 'is killed' },
  { by: 'ours', configManagerVersion: 'kv', end: 'stops' },
  { by: 'ours', configManagerVersion: 'v1', end: 'stops' },
  { by: 'java', configManagerVersion: 'v1', end: 'is killed' },
  { by: 'ours', configManagerVersion: 'kv', end: 'stops' },
  { by: 'java', configManagerVersion: 'kv', end: 'stops' },
  { by: 'ours', configManagerVersion: 'kv', end: 'is killed' },
  { by: 'ours', configManagerVersion: 'v1', end: 'is killed' },
  { by: 'java', configManagerVersion: 'v1', end: 'stops' },
]

/** Topics, groups and offsets go from Java's files to our database, back to files, and to Java's broker again. */
export const tableStoreSuite: Suite = {
  name: 'table-store',
  what: "topics, groups and offsets in Java's files and in our database, by Java's broker and ours in turn",
  run,
}

function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const properties = { mappedFileSizeCommitLog: 1024 * 1024, flushConsumerOffsetInterval: 500 }
  return withMovingBroker(environment, properties, given => new TableJourney({ environment, ...given }).run(stays))
}
