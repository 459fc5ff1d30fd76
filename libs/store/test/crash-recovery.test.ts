import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { faultSessions, seeds } from './faults/fault-session'
import { runSessions } from './faults/run-sessions'
import { SMALL, endOfTurn, messageOf, put, readQueue, startStore } from './store-fixture'

test('what was acknowledged is there, once and in order, after every SIGKILL', async () => {
  await fc.assert(
    fc.asyncProperty(faultSessions({ ends: ['stop', 'kill'], trouble: 'death' }), fc.nat(), (sessions, seed) =>
      runSessions(SMALL, sessions, seed),
    ),
    seeds(0.25),
  )
})

test('with SYNC_FLUSH what was acknowledged survives a loss of power too', async () => {
  await fc.assert(
    fc.asyncProperty(faultSessions({ ends: ['stop', 'kill', 'power'], trouble: 'death' }), fc.nat(), (sessions, seed) =>
      runSessions({ ...SMALL, flushDiskType: 'SYNC_FLUSH' }, sessions, seed),
    ),
    seeds(0.25),
  )
})

test('the flush type may change under load: what SYNC_FLUSH acknowledged is on the disk, the rest as far as it was flushed', async () => {
  const kind = { ends: ['stop', 'kill', 'power', 'power'], trouble: 'death', switchesFlushType: true } as const
  await fc.assert(
    fc.asyncProperty(faultSessions(kind), fc.nat(), (sessions, seed) => runSessions(SMALL, sessions, seed)),
    seeds(0.2),
  )
})

test('calls that fail lose nothing that was acknowledged', async () => {
  const kind = { ends: ['stop', 'kill', 'power'], trouble: 'failure', switchesFlushType: true } as const
  await fc.assert(
    fc.asyncProperty(faultSessions(kind), fc.nat(), (sessions, seed) => runSessions(SMALL, sessions, seed)),
    seeds(0.2),
  )
})

test('with ASYNC_FLUSH a loss of power takes the end of the log and nothing before', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  let store = await startStore(SMALL, disk.process(), clock)
  for (let index = 0; index < 50; index += 1) await put(store, messageOf({ body: Buffer.from(`early ${index}`) }))
  clock.advance(60_000)
  await endOfTurn()
  await put(store, messageOf({ body: Buffer.from('late') }))
  disk.losePower()
  store = await startStore(SMALL, disk.process(), new FakeClock())
  const bodies = (await readQueue(store, 'TopicA', 0)).map(({ body }) => body.toString())
  expect(bodies.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => `early ${index}`))
  await store.stop()
})
