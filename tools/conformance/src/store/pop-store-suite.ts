import type { CaseResult } from '../report'
import type { Suite, SuiteEnvironment } from '../suite'
import { PopJourney } from './pop-journey'
import type { PopStay } from './pop-journey'
import { withMovingBroker } from './with-moving-broker'

const stays: readonly PopStay[] = [
  { by: 'java' },
  { by: 'ours' },
  { by: 'java' },
  { by: 'ours', enablePopBufferMerge: true },
  { by: 'java' },
]

/** Java's broker and ours hand one data directory to and fro, with messages in consumers' hands. */
export const popStoreSuite: Suite = {
  name: 'pop-store',
  what: "one data directory with popped messages, given out and taken back by Java's broker and ours in turn",
  run,
}

function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const properties = { mappedFileSizeCommitLog: 1024 * 1024, flushConsumerOffsetInterval: 500 }
  return withMovingBroker(environment, properties, given => new PopJourney({ environment, ...given }).run(stays))
}
