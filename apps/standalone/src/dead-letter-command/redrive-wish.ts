import { ConfigError } from '@rocketmq-ts/base'
import type { RedriveWish } from '@rocketmq-ts/broker'
import type { FlagValues } from '@rocketmq-ts/shell'

/** What the flags ask for; the broker judges it. Throws ConfigError. */
export function redriveWishOf(given: FlagValues): RedriveWish {
  const group = textOf(given, 'group')
  const to = textOf(given, 'to') ?? 'retry'
  if (group === null) throw new ConfigError(['no group is named (-g)'])
  if (to !== 'retry' && to !== 'origin') throw new ConfigError([`--to ${to}: retry or origin is wanted`])
  const toTopic = textOf(given, 'to-topic')
  if (toTopic !== null && given.has('to')) throw new ConfigError(['either --to or --to-topic'])
  return {
    ...{ group, to, toTopic },
    tags: textOf(given, 'tags'),
    sql: textOf(given, 'sql'),
    keys: (textOf(given, 'keys') ?? '').split(',').filter(key => key !== ''),
    fromMs: timeOf(given, 'from'),
    untilMs: timeOf(given, 'until'),
    newOnly: given.has('new-only'),
    rate: rateOf(given),
    dryRun: given.has('dry-run'),
  }
}

function rateOf(given: FlagValues): number {
  const text = textOf(given, 'rate') ?? '100'
  if (!/^\d{1,9}$/.test(text)) throw new ConfigError([`--rate ${text}: a whole number is wanted`])
  return Number(text)
}

/** Without a zone it is local time. */
function timeOf(given: FlagValues, name: string): number | null {
  const text = textOf(given, name)
  if (text === null) return null
  const timeMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(timeMs)) throw new ConfigError([`--${name} ${text}: no time; ms since 1970 or 2026-01-31T12:00`])
  return timeMs
}

function textOf(given: FlagValues, name: string): string | null {
  const value = given.get(name)
  return typeof value === 'string' ? value : null
}
