import * as fc from 'fast-check'
import { batchQueuesContract } from './batch-queues-contract'
import { queueExpiryContract } from './queue-expiry-contract'
import { queuePutsContract } from './queue-puts-contract'
import { queueRecoveryContract } from './queue-recovery-contract'
import { QueueStoreModel, step } from './queue-store-model'
import { useEngine } from './use-engine'
import type { EngineWorld } from './use-engine'

/** What every engine behind the queues does. */
export function consumeQueueStoreContract(
  createWorld: () => EngineWorld,
  { numRuns }: { readonly numRuns: number },
): void {
  const engine = useEngine(createWorld)
  queuePutsContract(engine)
  queueRecoveryContract(engine)
  queueExpiryContract(engine)
  batchQueuesContract(engine)

  test('whatever happens to the queues, they serve what a list would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async steps => {
        await engine.store.clear()
        const model = new QueueStoreModel()
        for (const each of steps) {
          if (each.kind === 'reopen') {
            await engine.reopen()
            await engine.store.correctMinOffsets(model.beginOffset)
          } else await model.run(each, engine.store)
          await model.check(engine.store)
        }
      }),
      { numRuns },
    )
  })
}
