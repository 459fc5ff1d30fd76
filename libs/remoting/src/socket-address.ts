import { isIPv4, isIPv6 } from 'node:net'

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Who is at the other end of a connection. */
export interface Peer {
  /** `ip:port`, `[ip]:port` for IPv6. */
  readonly remoteAddress: string
  /** 4 or 16 address bytes, then the port as int32. */
  readonly remoteHost: Buffer
}

/** An IPv4 address mapped into IPv6 becomes the IPv4 address. The bytes of any other text are those of 0.0.0.0. */
export function peerOf(address: string, port: number): Peer {
  const ip = IPV4_MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, '')
  return {
    remoteAddress: isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`,
    remoteHost: writeHost(ip, port),
  }
}

function writeHost(ip: string, port: number): Buffer {
  const bytes = isIPv6(ip) ? ipv6Bytes(ip) : isIPv4(ip) ? ip.split('.').map(Number) : [0, 0, 0, 0]
  const host = Buffer.alloc(bytes.length + 4)
  host.set(bytes)
  host.writeInt32BE(port, bytes.length)
  return host
}

/** The 16 bytes of an IPv6 address, which may be shortened by `::` and may end in dotted IPv4. */
function ipv6Bytes(ip: string): number[] {
  const [head = '', tail] = ip.split('::')
  const headBytes = groupBytes(head)
  if (tail === undefined) return headBytes
  const tailBytes = groupBytes(tail)
  return [...headBytes, ...new Array<number>(16 - headBytes.length - tailBytes.length).fill(0), ...tailBytes]
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap(group => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

const HOST_PORT = /^\[?([^\]]+)\]?:(\d+)$/

/** Takes `host:port` or `[ipv6]:port` apart; null if it is neither. */
export function readHostAndPort(address: string): { readonly host: string; readonly port: number } | null {
  const [, host, port] = HOST_PORT.exec(address) ?? []
  if (host === undefined || port === undefined) return null
  return { host, port: Number(port) }
}
