import { ConfigError } from '@rocketmq-ts/base'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The delays that a message may ask for by number, 1 the first. */
export interface DelayLevels {
  readonly levelMax: number
  /** A level over the highest is the highest. */
  delayMs(level: number): number
}

/**
 * Reads the key `messageDelayLevel`: `1s 5s 10s 30s 1m …`. Throws ConfigError.
 * Source: broker/schedule/ScheduleMessageService.java
 */
export function parseDelayLevels(text: string): DelayLevels {
  const delays = text.split(' ').map(delayMsOf)
  return {
    levelMax: delays.length,
    delayMs: level => delays[Math.min(level, delays.length) - 1] ?? 0,
  }
}

function delayMsOf(text: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  const factor = unitMs[unit ?? '']
  if (number === undefined || factor === undefined) {
    throw new ConfigError([`messageDelayLevel: "${text}" is no delay; write a number and s, m, h or d, as in 30s`])
  }
  return Number(number) * factor
}
