import type { RequestCounts } from '../../src/shared-state/request-counts'

const HOUR_MS = 3_600_000

/** What every kind of counts does, for the requests of one proxy. */
export function requestCountsContract(create: () => Promise<RequestCounts>): void {
  test('callers are counted one by one, until their time is over', async () => {
    const counts = await create()
    const seen = [await counts.add('a', HOUR_MS), await counts.add('a', HOUR_MS), await counts.add('b', HOUR_MS)]
    expect(seen.map(({ count }) => count)).toEqual([1, 2, 1])
    for (const { remainingMs } of seen) {
      expect(remainingMs).toBeGreaterThan(0)
      expect(remainingMs).toBeLessThanOrEqual(HOUR_MS)
    }
  })
}
