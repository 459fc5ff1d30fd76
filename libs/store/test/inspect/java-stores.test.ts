import { FaultyDisk } from '@rocketmq-ts/base/testing'
import javaStore from '../java-store/java-store.json'
import rareKinds from '../java-store/rare-kinds.json'
import { inspect, putFiles } from './inspect-fixture'

function diskOf(files: Readonly<Record<string, string>>): FaultyDisk {
  const disk = new FaultyDisk()
  putFiles(disk.process(), files)
  return disk
}

test('a store that Java stopped is healthy, and every record has its entry', () => {
  const report = inspect(diskOf(javaStore.stopped))
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ isHealthy: true, wasStopped: true, abort: null, problemCount: 0 })
  expect(report.commitLog).toMatchObject({ startOffset: 0, recordCount: 106, end: { reason: null } })
  expect(report.queues).toMatchObject({ queueCount: 6, entryCount: 106, matchedCount: 106, pendingRecordCount: 0 })
})

test('a store of a Java that was killed is healthy, and says what Java wrote into its abort file', () => {
  const report = inspect(diskOf(javaStore.killed))
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ isHealthy: true, wasStopped: false, abort: expect.stringMatching(/^\d+$/) as string })
  expect(report.queues).toMatchObject({ entryCount: 102, matchedCount: 102 })
})

test.each(['killed', 'stopped'] as const)(
  'inner batches, ext units, CRCs over whole records and long topics of a Java that was %s are healthy',
  how => {
    const report = inspect(diskOf(rareKinds[how]))
    expect(report.problems).toEqual([])
    expect(report.queues.queues.map(({ topic }) => topic)).toContain('TopicBatch')
    expect(report.queues.matchedCount).toBe(report.queues.entryCount)
    expect(report.commitLog.recordCount).toBe(report.queues.entryCount)
  },
)
