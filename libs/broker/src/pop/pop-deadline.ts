import type { Clock } from '@rocketmq-ts/base'
import type { PopMessageHeader } from '@rocketmq-ts/protocol'

/** Who waits is answered so long before its client gives up. Source: broker/longpolling/PopRequest.java */
const ANSWER_MARGIN_MS = 50

/** Until when a request waits that was made at `bornTime`, by the monotonic clock. */
export function popDeadlineMs(
  { bornTime, pollTime }: Pick<PopMessageHeader, 'bornTime' | 'pollTime'>,
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>,
): number {
  const ageMs = bornTime > 0 ? clock.nowMs() - bornTime : 0
  return clock.monotonicMs() + pollTime - ageMs - ANSWER_MARGIN_MS
}
