import { UnauthenticatedError } from './unauthenticated-error'

/** What a caller says that it is, and how it shows that. */
export type Claim =
  | { readonly scheme: 'Basic'; readonly name: string; readonly password: string }
  | { readonly scheme: 'Bearer'; readonly token: string }
  | { readonly scheme: 'MQv2-HMAC-SHA1'; readonly name: string; readonly signature: Buffer }

const HEX = /^([0-9a-f]{2})+$/i

/** Of the header Authorization. Throws UnauthenticatedError. */
export function readAuthorization(header: string): Claim {
  const blankAt = header.indexOf(' ')
  const scheme = header.slice(0, Math.max(blankAt, 0)).toLowerCase()
  const rest = header.slice(blankAt + 1).trim()
  switch (scheme) {
    case 'basic':
      return basic(rest)
    case 'bearer':
      return { scheme: 'Bearer', token: rest }
    case 'mqv2-hmac-sha1':
      return signed(rest)
    default:
      throw new UnauthenticatedError('Authorization: Basic, Bearer or MQv2-HMAC-SHA1 is wanted')
  }
}

function basic(base64: string): Claim {
  const text = Buffer.from(base64, 'base64').toString()
  const colonAt = text.indexOf(':')
  if (colonAt < 0) throw new UnauthenticatedError('Authorization: Basic is followed by base64 of name:password')
  return { scheme: 'Basic', name: text.slice(0, colonAt), password: text.slice(colonAt + 1) }
}

/**
 * `Credential=KEY/REGION/SERVICE, SignedHeaders=x-mq-date-time, Signature=HEX`: what is after the key does not matter, and
 * some clients leave it out. Source: auth/authentication/builder/DefaultAuthenticationContextBuilder.java
 */
function signed(text: string): Claim {
  const values = new Map<string, string>()
  for (const part of text.split(',')) {
    const equalsAt = part.indexOf('=')
    if (equalsAt > 0) values.set(part.slice(0, equalsAt).trim(), part.slice(equalsAt + 1).trim())
  }
  const [name = ''] = (values.get('Credential') ?? '').split('/')
  const signature = values.get('Signature') ?? ''
  if (name === '' || !HEX.test(signature)) {
    throw new UnauthenticatedError('Authorization: MQv2-HMAC-SHA1 is followed by Credential=KEY and Signature=HEX')
  }
  return { scheme: 'MQv2-HMAC-SHA1', name, signature: Buffer.from(signature, 'hex') }
}
