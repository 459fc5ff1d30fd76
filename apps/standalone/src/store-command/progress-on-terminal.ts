import type { Clock } from '@rocketmq-ts/base'
import type { InspectProgress } from '@rocketmq-ts/broker'

const PERIOD_MS = 200
const CLEAR_LINE = '\r\x1b[K'

/** Where progress is shown: standard error. */
export interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  readonly show: (progress: InspectProgress) => void
  /** Leaves nothing behind. */
  readonly clear: () => void
}

/** One line that is written over and over; nothing where nobody watches. */
export function progressOnTerminal(clock: Pick<Clock, 'monotonicMs'>, terminal: Terminal): Progress {
  if (terminal.isTTY !== true) return { show: () => undefined, clear: () => undefined }
  let lastMs = -Infinity
  return {
    show({ what, doneCount, totalCount }) {
      if (clock.monotonicMs() - lastMs < PERIOD_MS) return
      lastMs = clock.monotonicMs()
      const percent = totalCount === null ? '' : ` (${Math.floor((doneCount / Math.max(1, totalCount)) * 100)} %)`
      terminal.write(`${CLEAR_LINE}${doneCount} ${what}${percent}`)
    },
    clear: () => void terminal.write(CLEAR_LINE),
  }
}
