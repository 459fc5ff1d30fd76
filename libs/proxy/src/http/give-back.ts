import type { ServerResponse } from 'node:http'
import type { Receipt } from '../messaging/receipts'
import type { HttpRooms } from './http-rooms'
import { takeUnsent } from './renewed-receipts'
import { isForNobody, whenOver } from './responses'

type Deps = Pick<HttpRooms, 'config' | 'log' | 'messaging'>

/**
 * Messages leave in `response`; when the client has gone without it they come again soon, and this does not count as an
 * attempt. Call before anything is written.
 */
export function giveBackUnlessSent(
  response: ServerResponse,
  receipts: readonly Receipt[],
  deps: Deps & Pick<HttpRooms, 'renewals'>,
): void {
  if (receipts.length === 0) return
  const giveAllBack = async (): Promise<void> => {
    const unsent = await Promise.all(receipts.map(receipt => takeUnsent(receipt, deps)))
    await giveBack(unsent, { ...deps, wasUsed: false })
  }
  const giveBackIfUnsent = (): void => {
    if (!response.writableFinished) void giveAllBack()
  }
  if (isForNobody(response)) void giveAllBack()
  else whenOver(response, giveBackIfUnsent)
}

/** They come again soon, which counts as an attempt when their consumer may have seen them. Resolves when brokers know. */
export async function giveBack(
  receipts: readonly Receipt[],
  { messaging, config, log, wasUsed }: Deps & { readonly wasUsed: boolean },
): Promise<void> {
  const invisibleMs = config.invisibleTimeMillisWhenClear
  const giveOneBack = async (receipt: Receipt): Promise<void> => {
    try {
      await messaging.receipts.changeInvisibleTime({ ...receipt, invisibleMs, suspend: !wasUsed })
    } catch (err) {
      log.warn({ err, group: receipt.group, topic: receipt.topic }, 'a message whose client has gone comes again late')
    }
  }
  await Promise.all(receipts.map(giveOneBack))
}
