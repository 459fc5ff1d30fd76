import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../status'
import type { AdminMethod } from './admin-method'

/** A level of our logs. */
export type LogLevel = 'debug' | 'error' | 'info' | 'warn'

export interface ChangeLogLevelDeps {
  /** Of all logs of this process, until its next start. */
  readonly changeLogLevel: (level: LogLevel) => void
}

const { Level } = v2.ChangeLogLevelRequest
const levels: Readonly<Record<number, LogLevel>> = {
  [Level.TRACE]: 'debug',
  [Level.DEBUG]: 'debug',
  [Level.INFO]: 'info',
  [Level.WARN]: 'warn',
  [Level.ERROR]: 'error',
}

/** ChangeLogLevel: at once, for all that this process logs, until its next start. There is nothing below debug. */
export function changeLogLevel({ changeLogLevel: change }: ChangeLogLevelDeps): AdminMethod<'ChangeLogLevel'> {
  return ({ level }) => {
    const chosen = levels[level]
    if (chosen === undefined) throw new InvalidRequestError(v2.Code.BAD_REQUEST, `there is no level ${level}`)
    change(chosen)
    return Promise.resolve({ remark: `the log level is ${chosen} until the next start` })
  }
}
