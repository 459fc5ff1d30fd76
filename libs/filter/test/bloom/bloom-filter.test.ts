import { BloomFilter } from '@rocketmq-ts/filter'
import golden from '../golden/bloom-filters.json'

test("the bits are those of Java's filter", () => {
  for (const { f, n, k, m, bits } of golden) {
    const filter = new BloomFilter({ errorRatePercent: f, expectedCount: n })
    expect([f, n, filter.bitsPerWord, filter.bitCount]).toEqual([f, n, k, m])
    for (const [word, positions] of Object.entries(bits)) expect([word, filter.bitsOf(word)]).toEqual([word, positions])
  }
})
