import { randomUUID } from 'node:crypto'
import { decodeReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import type { HeldMessage, SharedRenewals } from '../../src/shared-state/shared-renewals'
import { until } from './until'

const HOUR_MS = 3_600_000

/** As its client got it, hidden for an hour. */
export function heldMessage(clientId: string = randomUUID()): HeldMessage {
  const handle = `0 ${Date.now()} ${HOUR_MS} 0 0 broker-a 0 7 99`
  const receipt = { group: 'G', topic: 'T', handle: decodeReceiptHandle(handle) }
  return { clientId, handle, receipt, reconsumeTimes: 2, sinceMs: 5, renewCount: 0 }
}

export function renewed(held: HeldMessage): HeldMessage {
  const handle = { ...held.receipt.handle, startOffset: 7, popTime: held.receipt.handle.popTime + 1 }
  return { ...held, receipt: { ...held.receipt, handle }, renewCount: held.renewCount + 1 }
}

export function newestOf({ receipt: { handle } }: HeldMessage): string {
  return `7 ${handle.popTime} ${HOUR_MS} 0 0 broker-a 0 7 99`
}

/** What proxies know together of messages under renewal, wherever they keep it. */
export function renewalsContract(proxy: () => Promise<SharedRenewals>): void {
  test('a message is answered for by its newest handle at another proxy, and is over with that', async () => {
    const [a, b] = [await proxy(), await proxy()]
    const held = heldMessage()
    expect(await a.tell([held], false)).toEqual(['OURS'])
    const newer = renewed(held)
    expect(await a.tell([newer], false)).toEqual(['OURS'])
    expect(await b.take(held.clientId, held.handle)).toBe(newestOf(newer))
    expect(await a.tell([newer], true)).toEqual(['OVER'])
  })

  test('what was taken before anybody told of it is over too', async () => {
    const [a, b] = [await proxy(), await proxy()]
    const held = heldMessage()
    expect(await b.take(held.clientId, held.handle)).toBeNull()
    expect(await a.tell([held], false)).toEqual(['OVER'])
  })

  test('a message that its proxy has dropped is unknown to others', async () => {
    const [a, b] = [await proxy(), await proxy()]
    const held = heldMessage()
    await a.tell([held], false)
    await a.drop(held)
    expect(await b.take(held.clientId, held.handle)).toBeNull()
  })

  test('a message is of the first proxy that tells of it', async () => {
    const [a, b] = [await proxy(), await proxy()]
    const [one, two] = [heldMessage(), heldMessage()]
    await a.tell([one], false)
    expect(await b.tell([one, two], false)).toEqual(['OF_ANOTHER', 'OURS'])
    await b.drop(one)
    expect(await a.tell([one], false)).toEqual(['OURS'])
  })

  test('a client is somewhere as long as any proxy sees it', async () => {
    const [a, b] = [await proxy(), await proxy()]
    const clientId = randomUUID()
    expect(await b.isClientSomewhere(clientId)).toBe(false)
    a.clientSeen(clientId)
    await until(async () => ((await b.isClientSomewhere(clientId)) === true ? true : null))
    a.clientLeft(clientId)
    await until(async () => ((await b.isClientSomewhere(clientId)) === false ? true : null))
  })
}
