/** Every error of ours has a code, written once in `docs/errors.md` and never used again for something else. */
export abstract class RocketmqError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** A request that is understood and not granted: `responseCode` and the message go to the client as code and remark. */
export abstract class RefusedError extends RocketmqError {
  abstract readonly responseCode: number
}

/** The peer broke the protocol: its connection is closed, nobody else's. */
export class PeerError extends RocketmqError {
  readonly code: string = 'RMQ_PEER'
}

/** The disk failed or its bytes are wrong. */
export class StorageError extends RocketmqError {
  readonly code: string = 'RMQ_STORAGE'
}

/** Bytes on the disk that cannot be what was written there. */
export class CorruptDataError extends StorageError {
  override readonly code: string = 'RMQ_CORRUPT_DATA'
}

/** The configuration cannot be used. `problems` names each: file, line, key, value, what is allowed. Exit code 2. */
export class ConfigError extends RocketmqError {
  readonly code: string = 'RMQ_CONFIG'

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
  }
}
