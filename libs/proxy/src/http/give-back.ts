import type { ServerResponse } from 'node:http'
import type { Receipt } from '../messaging/receipts'
import type { HttpRooms } from './http-rooms'

type Deps = Pick<HttpRooms, 'config' | 'log' | 'messaging'>

/**
 * Messages leave in `response`; when the client has gone without it they come again soon, and this does not count as an
 * attempt. Call before anything is written.
 */
export function giveBackUnlessSent(response: ServerResponse, receipts: readonly Receipt[], deps: Deps): void {
  if (receipts.length === 0) return
  const giveBackIfUnsent = (): void => {
    if (!response.writableFinished) void giveBack(receipts, { ...deps, wasUsed: false })
  }
  // Between the end of the client and that of the response, what is written looks as if it were sent.
  const hasGone = response.destroyed || response.socket?.writable !== true
  if (hasGone) void giveBack(receipts, { ...deps, wasUsed: false })
  else response.once('close', giveBackIfUnsent)
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
