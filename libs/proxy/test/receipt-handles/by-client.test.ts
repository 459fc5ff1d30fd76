import fc from 'fast-check'
import { ByClient } from '../../src/receipt-handles/by-client'

interface Thing {
  readonly clientId: string
  readonly key: string
}

test('whatever comes and goes, each client has as many as there are', () => {
  const keys = fc.constantFrom('k1', 'k2', 'k3')
  const clientIds = fc.constantFrom('one', 'two')
  const steps = fc.array(fc.record({ key: keys, clientId: clientIds, isAdded: fc.boolean() }))
  fc.assert(
    fc.property(steps, taken => {
      const things = new ByClient<Thing>()
      const expected = new Map<string, Thing>()
      for (const { key, clientId, isAdded } of taken) {
        if (isAdded) {
          things.set(key, { clientId, key })
          expected.set(key, { clientId, key })
        } else {
          things.delete(key)
          expected.delete(key)
        }
        for (const id of ['one', 'two']) {
          expect(things.countOf(id)).toBe([...expected.values()].filter(thing => thing.clientId === id).length)
        }
      }
      expect([...things].sort()).toEqual([...expected].sort())
      things.clear()
      expect([things.size, things.countOf('one'), things.countOf('two')]).toEqual([0, 0, 0])
    }),
  )
})
