import { isIPv4, isIPv6 } from 'node:net'
import { BadHandshakeError } from '../errors'

/** What a load balancer says about the connection it passes on. */
export interface ProxyHeader {
  readonly headerBytes: number
  /** The real client; null when the balancer speaks for itself (LOCAL, UNKNOWN) or of something other than TCP. */
  readonly source: { readonly address: string; readonly port: number } | null
}

const V1_SIGNATURE = Buffer.from('PROXY ')
const V1_BYTES_MAX = 107
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n')
const V2_FIXED_BYTES = 16
/** The addresses and their TLVs, which may carry a client certificate's names; more is an attack. */
const V2_BYTES_MAX = 4096

/**
 * Reads a PROXY protocol header, version 1 (a line) or 2 (binary), from the first bytes of a connection. `none` as
 * soon as they cannot be one: no client waits for bytes that it has no reason to send. Throws BadHandshakeError.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'none' | 'more' {
  if (startsAs(bytes, V1_SIGNATURE)) return bytes.length < V1_SIGNATURE.length ? 'more' : readV1(bytes)
  if (startsAs(bytes, V2_SIGNATURE)) return bytes.length < V2_FIXED_BYTES ? 'more' : readV2(bytes)
  return 'none'
}

/** True while `bytes` and `signature` agree as far as both go. */
function startsAs(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length)
  return bytes.compare(signature, 0, length, 0, length) === 0
}

/** `PROXY TCP4 <source> <destination> <source port> <destination port>\r\n`, or `PROXY UNKNOWN …\r\n`. */
function readV1(bytes: Buffer): ProxyHeader | 'more' {
  const lineEnd = bytes.subarray(0, V1_BYTES_MAX).indexOf('\r\n')
  if (lineEnd < 0) {
    if (bytes.length < V1_BYTES_MAX) return 'more'
    throw new BadHandshakeError(`a PROXY line without an end in ${V1_BYTES_MAX} bytes`)
  }
  const [, protocol, address = '', , port = ''] = bytes.toString('latin1', 0, lineEnd).split(' ')
  const headerBytes = lineEnd + 2
  if (protocol === 'UNKNOWN') return { headerBytes, source: null }
  const isAddress = protocol === 'TCP4' ? isIPv4(address) : protocol === 'TCP6' && isIPv6(address)
  if (!isAddress || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new BadHandshakeError('a PROXY line without protocol, address and port')
  }
  return { headerBytes, source: { address, port: Number(port) } }
}

/**
 *   0           12                 13                  14       16
 *   | signature | version, command | family, transport | length | source, destination, ports, TLVs: length bytes |
 *
 * Version is 2; command 0 is LOCAL, 1 is PROXY. 0x11 is TCP over IPv4, 0x21 over IPv6; of others only the length counts.
 */
function readV2(bytes: Buffer): ProxyHeader | 'more' {
  const versionAndCommand = bytes.readUInt8(12)
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21) {
    throw new BadHandshakeError(`PROXY version and command 0x${versionAndCommand.toString(16)}`)
  }
  const headerBytes = V2_FIXED_BYTES + bytes.readUInt16BE(14)
  if (headerBytes > V2_BYTES_MAX) throw new BadHandshakeError(`a PROXY header of ${headerBytes} bytes`)
  if (bytes.length < headerBytes) return 'more'
  const addressBytes = { 0x11: 4, 0x21: 16 }[bytes.readUInt8(13)]
  if (versionAndCommand === 0x20 || addressBytes === undefined) return { headerBytes, source: null }
  if (headerBytes < V2_FIXED_BYTES + 2 * addressBytes + 4)
    throw new BadHandshakeError('a PROXY header without addresses')
  const addressEnd = V2_FIXED_BYTES + addressBytes
  return {
    headerBytes,
    source: {
      address: addressText(bytes.subarray(V2_FIXED_BYTES, addressEnd)),
      port: bytes.readUInt16BE(addressEnd + addressBytes),
    },
  }
}

function addressText(address: Buffer): string {
  if (address.length === 4) return [...address].join('.')
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(2 * index).toString(16))
  return groups.join(':')
}
