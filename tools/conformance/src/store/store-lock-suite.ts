import * as path from 'node:path'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Implementation, Suite, SuiteEnvironment } from '../suite'
import { Attempts } from './attempts'
import { MovingBroker } from './moving-broker'
import { withMovingBroker } from './with-moving-broker'

/** What each says of a directory that another process has. */
const refusals = { java: /Lock failed, ?MQ already started/, ours: /is in use by another process/ } as const

/** One data directory has one broker: whoever comes second is refused, of either kind, and may have it afterwards. */
export const storeLockSuite: Suite = {
  name: 'store-lock',
  what: "two brokers that want one data directory at the same time, Java's and ours",
  run,
}

function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const attempts = new Attempts(environment)
  return withMovingBroker(environment, {}, async ({ broker: holder }) => {
    for (const [first, second] of [['java', 'ours'] as const, ['ours', 'java'] as const]) {
      const comer = await MovingBroker.create(path.join(environment.folder, `behind-${first}`), {
        storePathRootDir: path.join(holder.home, 'store'),
        storePathCommitLog: path.join(holder.home, 'store', 'commitlog'),
      })
      const start = (by: Implementation, broker: MovingBroker): Promise<void> =>
        broker.start(serverKind(by, environment))
      try {
        await attempts.make(`${first} has the directory: ${second} is refused, and says why`, async () => {
          await start(first, holder)
          const said = await start(second, comer).then(
            () => 'it serves',
            (error: unknown) => String(error),
          )
          return refusals[second].test(said) ? [] : [said]
        })
        await attempts.make(`${first} has left it: ${second} serves`, async () => {
          await holder.stop()
          await start(second, comer)
          return []
        })
      } finally {
        await comer.stop()
      }
    }
    return attempts.results
  })
}
