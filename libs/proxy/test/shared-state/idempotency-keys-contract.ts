import type { IdempotencyKeys } from '../../src/shared-state/idempotency-keys'

const answer = { status: 201, payload: '{"messageId":"späte"}\n' }

/** What every kind of keys does, for the requests of one proxy. */
export function idempotencyKeysContract(create: () => Promise<IdempotencyKeys>): void {
  test('a key is taken once, and answered for from then on', async () => {
    const keys = await create()
    expect(await keys.take('k', 'a')).toEqual({ state: 'NEW' })
    expect(await keys.take('k', 'a')).toEqual({ state: 'RUNNING' })
    await keys.finish('k', answer)
    expect(await keys.take('k', 'a')).toEqual({ state: 'ANSWERED', answer })
    expect(await keys.take('k', 'b')).toEqual({ state: 'USED_FOR_ANOTHER' })
    expect(await keys.take('another', 'b')).toEqual({ state: 'NEW' })
  })

  test('a key is for one request already while that runs', async () => {
    const keys = await create()
    await keys.take('k', 'a')
    expect(await keys.take('k', 'b')).toEqual({ state: 'USED_FOR_ANOTHER' })
  })

  test('a request that failed may be repeated', async () => {
    const keys = await create()
    await keys.take('k', 'a')
    await keys.release('k')
    expect(await keys.take('k', 'b')).toEqual({ state: 'NEW' })
  })

  test('of two that come at once one is taken', async () => {
    const keys = await create()
    const states = await Promise.all([keys.take('k', 'a'), keys.take('k', 'a')])
    expect(states.map(({ state }) => state).sort()).toEqual(['NEW', 'RUNNING'])
  })

  test('what nobody has taken is neither answered nor released', async () => {
    const keys = await create()
    await keys.finish('k', answer)
    await keys.release('k')
    expect(await keys.take('k', 'a')).toEqual({ state: 'NEW' })
  })
}
