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
    if (!response.writableFinished) giveBack(receipts, deps)
  }
  if (response.destroyed) giveBackIfUnsent()
  else response.once('close', giveBackIfUnsent)
}

export function giveBack(receipts: readonly Receipt[], { messaging, config, log }: Deps): void {
  for (const receipt of receipts) {
    const change = { ...receipt, invisibleMs: config.invisibleTimeMillisWhenClear, suspend: true }
    messaging.receipts.changeInvisibleTime(change).catch((err: unknown) => {
      log.warn({ err, group: receipt.group, topic: receipt.topic }, 'a message whose client has gone comes again late')
    })
  }
}
