import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from './status'

const CLIENT_PROPERTY_COUNT_MAX = 32
const CLIENT_PROPERTY_NAME_CHARS_MAX = 64
const CLIENT_PROPERTY_VALUE_CHARS_MAX = 256
const CLIENT_PROPERTIES_BYTES_MAX = 4096
const NAME = /^[a-zA-Z][a-zA-Z0-9_.-]*$/

/** What a client says of itself besides its settings. Throws InvalidRequestError. */
export function requireClientProperties(properties: Readonly<Record<string, string>>): void {
  const entries = Object.entries(properties)
  if (entries.length > CLIENT_PROPERTY_COUNT_MAX) refuse(`more than ${CLIENT_PROPERTY_COUNT_MAX}`)
  let bytes = 0
  for (const [name, value] of entries) {
    if (name.length > CLIENT_PROPERTY_NAME_CHARS_MAX || !NAME.test(name)) {
      refuse(`a name longer than ${CLIENT_PROPERTY_NAME_CHARS_MAX} characters, or not like ${NAME.source}`)
    }
    if (value.length > CLIENT_PROPERTY_VALUE_CHARS_MAX)
      refuse(`a value longer than ${CLIENT_PROPERTY_VALUE_CHARS_MAX} characters`)
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (bytes > CLIENT_PROPERTIES_BYTES_MAX) refuse(`more than ${CLIENT_PROPERTIES_BYTES_MAX} bytes`)
}

function refuse(what: string): never {
  throw new InvalidRequestError(v2.Code.INVALID_CLIENT_PROPERTIES, `client properties: ${what}`)
}
