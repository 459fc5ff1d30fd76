import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../grpc/status'
import type { ProxyConfig } from '../proxy-config'

type Limits = Pick<ProxyConfig, 'maxInvisibleTimeMills' | 'minInvisibleTimeMillsForRecv'>

/** How long others do not get what is received. Throws InvalidRequestError. */
export function requireInvisibleMs(wishedMs: number, config: Limits): number {
  return requireBetween(config.minInvisibleTimeMillsForRecv, wishedMs, config.maxInvisibleTimeMills)
}

/** How much longer, or how soon they do. Throws InvalidRequestError. */
export function requireChangedInvisibleMs(wishedMs: number, config: Limits): number {
  return requireBetween(0, wishedMs, config.maxInvisibleTimeMills)
}

function requireBetween(min: number, wishedMs: number, max: number): number {
  if (wishedMs >= min && wishedMs <= max) return wishedMs
  const text = `the invisible time is ${wishedMs} ms: it must be from ${min} to ${max} ms`
  throw new InvalidRequestError(v2.Code.ILLEGAL_INVISIBLE_TIME, text)
}
