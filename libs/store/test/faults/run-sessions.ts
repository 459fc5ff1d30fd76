import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { DiskFault, DiskOperation } from '@rocketmq-ts/base/testing'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { configOf, createStoreOf, endOfTurn } from '../store-fixture'
import type { LiveConfig } from '../store-fixture'
import type { Failure, FaultSession, Step } from './fault-session'
import { expectAgreement } from './log-and-queues'
import { SentMessages } from './sent-messages'

/** What outlives the processes. */
interface World {
  readonly config: LiveConfig
  readonly disk: FaultyDisk
  readonly sent: SentMessages
  /** Decides about each page when the power is lost. */
  readonly survives: () => boolean
}

/**
 * Runs the processes, looks after each of them whether what was acknowledged is there and nothing else, and at the end
 * whether log and queues agree. `seed` chooses what a loss of power leaves.
 */
export async function runSessions(
  config: Partial<MessageStoreConfig>,
  sessions: readonly FaultSession[],
  seed: number,
): Promise<void> {
  const world = { config: configOf(config), disk: new FaultyDisk(), sent: new SentMessages(), survives: coin(seed) }
  for (const session of sessions) await runSession(session, world)
  const store = createStoreOf(world.config, world.disk.process(), new FakeClock())
  await store.start()
  await world.sent.check(store, 'started')
  await store.stop()
  expectAgreement(world.disk.process(), world.sent.deletedTopics)
}

async function runSession(session: FaultSession, world: World): Promise<void> {
  const { config, disk, sent } = world
  const { death } = session
  const clock = new FakeClock()
  const store = createStoreOf(config, disk.process(), clock)
  if (death !== null) disk.killAtNth(death.operation, death.takenBytes)
  const isStarted = await store.start().then(
    () => true,
    () => false,
  )
  expect(isStarted || death !== null).toBe(true)
  if (isStarted && death === null) await sent.check(store, 'started')
  if (isStarted) for (const step of session.steps) await runStep(step, { store, clock, ...world }, session)
  await end(store, session, world)
  sent.endProcess()
  disk.fault = () => null
}

interface Running extends World {
  readonly store: MessageStore
  readonly clock: FakeClock
}

async function runStep(step: Step, running: Running, { death, steps }: FaultSession): Promise<void> {
  const { store, clock, config, disk, sent } = running
  switch (step.kind) {
    case 'send':
      sent.send(store, config, step)
      return
    case 'turn':
      return endOfTurn()
    case 'time':
      clock.advance(step.ms)
      return endOfTurn()
    case 'delete':
      await endOfTurn()
      sent.delete(step.topic)
      await store.deleteTopics([step.topic]).catch(() => undefined)
      return
    case 'flush type':
      config.flushDiskType = step.flushDiskType
      return
    case 'failure':
      disk.fault = failing(step)
      return
    case 'check': {
      await endOfTurn()
      const isWhole = death === null && !steps.some(({ kind }) => kind === 'failure')
      return isWhole ? sent.check(store, 'running') : sent.checkWhatIsReadable(store)
    }
  }
}

async function end(store: MessageStore, { death, end: how, steps }: FaultSession, world: World): Promise<void> {
  const { disk, sent, survives } = world
  if (how === 'power') {
    const { flushedPhysicalOffset } = store
    disk.losePower(survives)
    sent.losePower(flushedPhysicalOffset)
  } else if (how === 'kill' || death !== null) disk.kill()
  else {
    await store.stop()
    const isClean = !steps.some(({ kind }) => kind === 'failure')
    if (isClean) expect(disk.contents.has('/store/abort')).toBe(false)
  }
}

function failing({ operation, afterCount, failCount, code, takenBytes }: Failure): FaultyDisk['fault'] {
  let count = 0
  return ({ kind }: DiskOperation): DiskFault | null => {
    if (operation !== 'every' && kind !== operation) return null
    count += 1
    return count > afterCount && count <= afterCount + failCount ? { code, takenBytes } : null
  }
}

/** A decision per page that the seed replays. */
function coin(seed: number): () => boolean {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state & 0x10000) !== 0
  }
}
