import type { ConsumeQueueStore } from '../../src/consume-queue/consume-queue-store'

/** The topic whose queues are of batches, in every engine under test. */
export const BATCH_TOPIC = 'TopicOfBatches'

/** Where an engine works: `open` begins a process on what the one before left. */
export interface EngineWorld {
  open(): ConsumeQueueStore
}

/** The engine of the test that runs. */
export interface EngineUnderTest {
  readonly store: ConsumeQueueStore
  /** Stops the process and starts the next one. */
  reopen(): Promise<void>
}

/** Opens an engine in a world of its own for each test, and closes it afterwards. */
export function useEngine(createWorld: () => EngineWorld): EngineUnderTest {
  let world: EngineWorld
  let store: ConsumeQueueStore

  async function open(): Promise<void> {
    store = world.open()
    await store.load({
      physicalOffset: Number.MAX_SAFE_INTEGER,
      isRight: () => true,
      wasStopped: true,
      mayBeShort: false,
    })
  }

  beforeEach(async () => {
    world = createWorld()
    await open()
  })

  afterEach(async () => {
    await store.close()
  })

  return {
    get store() {
      return store
    },
    reopen: async () => {
      await store.writeOut()
      await store.datasync()
      await store.close()
      await open()
    },
  }
}
