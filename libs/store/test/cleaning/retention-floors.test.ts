import { silentLog } from '@rocketmq-ts/base'
import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import { RetentionFloors } from '../../src/cleaning/retention-floors'

const FILE = '/store/config/queueRetention.json'
const LOG_END = 1_000_000

/** Queue by queue, where it begins. */
type Begins = Readonly<Record<string, number>>

interface Process {
  readonly floors: RetentionFloors
  /** Which queues the start has lifted, and where to. */
  readonly begins: Begins
}

/** A process that works with what the one before left. */
async function started(disk: FaultyDisk): Promise<Process> {
  const file = new ConfigFile(FILE, { disk: disk.process(), log: silentLog })
  const floors = new RetentionFloors({ log: silentLog, file })
  const begins: Record<string, number> = {}
  const trim = (topic: string, queueId: number, physicalOffset: number): Promise<void> => {
    begins[`${topic}-${queueId}`] = physicalOffset
    return Promise.resolve()
  }
  await floors.restore({ trim }, LOG_END)
  return { floors, begins }
}

const BEFORE: Begins = { 'TopicA-0': 300, 'TopicA-1': 400 }
const AFTER: Begins = { 'TopicA-0': 500, 'TopicA-1': 400, 'TopicB-0': 700 }

/** A disk that has `BEFORE`, and a process that is about to make `AFTER` of it. */
async function aboutToSave(): Promise<{ disk: FaultyDisk; floors: RetentionFloors }> {
  const disk = new FaultyDisk()
  const first = await started(disk)
  first.floors.raise('TopicA', 0, 300)
  first.floors.raise('TopicA', 1, 400)
  await first.floors.save(0)
  const { floors, begins } = await started(disk)
  expect(begins).toEqual(BEFORE)
  floors.raise('TopicA', 0, 500)
  floors.raise('TopicB', 0, 700)
  return { disk, floors }
}

test.each(['SIGKILL', 'loss of power'])(
  'after %s at any step of a save queues begin where they did, or where all of them had come to',
  async how => {
    const found: Begins[] = []
    for (let step = 1, isSaved = false; !isSaved; step += 1) {
      for (const takenBytes of [0, 7]) {
        const { disk, floors } = await aboutToSave()
        disk.killAtNth(step, takenBytes)
        isSaved = await floors.save(0).then(
          () => true,
          () => false,
        )
        disk.fault = () => null
        if (how === 'SIGKILL') disk.kill()
        else disk.losePower()
        const next = await started(disk)
        expect(isSaved ? [AFTER] : [BEFORE, AFTER]).toContainEqual(next.begins)
        found.push(next.begins)
        next.floors.raise('TopicC', 0, 900)
        await next.floors.save(0)
        disk.losePower()
        expect((await started(disk)).begins).toEqual({ ...next.begins, 'TopicC-0': 900 })
      }
    }
    expect(found).toEqual(expect.arrayContaining([BEFORE, AFTER]))
    expect(found.length).toBeGreaterThan(8)
  },
)

test('a save that fails is made good by the next one', async () => {
  const { disk, floors } = await aboutToSave()
  disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC', takenBytes: 3 } : null)
  await expect(floors.save(0)).rejects.toThrow('ENOSPC')
  disk.fault = () => null
  await floors.save(0)
  disk.losePower()
  expect((await started(disk)).begins).toEqual(AFTER)
})

test('what lies before the beginning of the log, or behind its end, is forgotten', async () => {
  const { disk, floors } = await aboutToSave()
  floors.raise('TopicD', 0, 2 * LOG_END)
  await floors.save(450)
  expect((await started(disk)).begins).toEqual({ 'TopicA-0': 500, 'TopicB-0': 700, 'TopicD-0': LOG_END })
})
