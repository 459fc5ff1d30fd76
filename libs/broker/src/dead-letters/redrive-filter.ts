import { compileSelector } from '@rocketmq-ts/filter'
import { parseProperties } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { RedriveOrder } from './redrive-order'

/** True for a dead letter that is to be redriven. */
export type RedriveFilter = (letter: StoredMessage) => boolean

/** All that the order asks for must hold. Throws SelectorError. */
export function redriveFilterOf(order: RedriveOrder): RedriveFilter {
  const { fromMs, untilMs } = order
  const selector = order.sql === null ? null : compileSelector(order.sql)
  const tags = order.tags === null ? null : new Set(order.tags.split('||').map(tag => tag.trim()))
  const keys = order.keys.length === 0 ? null : new Set(order.keys)
  return ({ storeTimestamp, properties: bytes }) => {
    if (fromMs !== null && storeTimestamp < fromMs) return false
    if (untilMs !== null && storeTimestamp >= untilMs) return false
    if (selector === null && tags === null && keys === null) return true
    const properties = parseProperties(bytes)
    if (tags !== null && !tags.has(properties.get('TAGS') ?? '')) return false
    if (keys !== null && !keysOf(properties).some(key => keys.has(key))) return false
    return selector === null || selector.matches({ get: name => properties.get(name) ?? null })
  }
}

function keysOf(properties: ReadonlyMap<string, string>): readonly string[] {
  return [properties.get('UNIQ_KEY') ?? '', ...(properties.get('KEYS') ?? '').split(' ')]
}
