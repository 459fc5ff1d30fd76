import { isIPv6 } from 'node:net'
import type { LocalAddress, LocalNetwork } from './local-network'

export interface AdvertisedAddressQuestion {
  /** `brokerIP1`; null when nobody set it. */
  readonly configured: string | null
  /** Taken when nobody set it, instead of looking for one. */
  readonly preferred?: string | undefined
  readonly bindAddress: string
  readonly network: LocalNetwork
}

export interface AdvertisedAddress {
  /** What clients are told to connect to; IPv6 in brackets. */
  readonly address: string
  /** Why it was chosen. */
  readonly reason: string
  /** What looks wrong, with the cure; null when nothing does. */
  readonly warning: string | null
}

const CURE = 'set brokerIP1 to an address that clients reach'

/**
 * The address that a broker tells its clients, by way of the NameServers. What is configured is taken; then the address
 * that is listened on; then the interface of the default route, which is right more often than Java's choice (the last
 * private address of the list) on machines with Docker, virtual machines or a VPN.
 */
export function chooseAdvertisedAddress({
  configured,
  preferred,
  bindAddress,
  network,
}: AdvertisedAddressQuestion): AdvertisedAddress {
  if (configured !== null) {
    return { address: configured, reason: 'brokerIP1 says so', warning: doubtAboutConfigured(configured, network) }
  }
  if (preferred !== undefined) {
    return { address: preferred, reason: 'brokerIP1 is not set, and all on this machine reach it', warning: null }
  }
  if (!isWildcard(bindAddress)) {
    return { address: inBrackets(bindAddress), reason: 'it is what is listened on', warning: null }
  }
  const candidates = network.addresses.filter(({ address }) => !isLoopback(address)).sort(byRank(network))
  const [best] = candidates
  if (best === undefined) {
    const warning = `this machine has no address but its loopback, so only clients on it can connect: ${CURE}`
    return { address: '127.0.0.1', reason: 'there is no other', warning }
  }
  return {
    address: inBrackets(best.address),
    reason: `it is that of ${best.interfaceName}`,
    warning: doubtAboutChosen(best, candidates, network),
  }
}

/** True for an address that only this machine reaches. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^(::ffff:)?127\./.test(bare)
}

function isWildcard(address: string): boolean {
  return ['', '0.0.0.0', '::', '[::]'].includes(address)
}

function inBrackets(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}

function doubtAboutConfigured(address: string, { addresses }: LocalNetwork): string | null {
  if (isWildcard(address)) return `brokerIP1 = ${address} is no address that anyone can connect to: ${CURE}`
  if (isLoopback(address)) return null // a deliberate choice; whoever comes from elsewhere is warned about then
  const isOurs = addresses.some(local => inBrackets(local.address) === inBrackets(address))
  const isNumber = /^[\d.]+$|:/.test(address)
  if (isOurs || !isNumber) return null
  return `brokerIP1 = ${address} is not an address of this machine: right behind NAT or a load balancer, wrong otherwise`
}

function doubtAboutChosen(
  best: LocalAddress,
  candidates: readonly LocalAddress[],
  network: LocalNetwork,
): string | null {
  if (network.isContainer) {
    return (
      `${best.address} is the address of a container, which clients outside its network do not reach: ` +
      'publish the port and set brokerIP1 to an address of the host'
    )
  }
  if (isBridge(best.interfaceName)) {
    return `${best.address} belongs to ${best.interfaceName}, a network of this machine alone: ${CURE}`
  }
  const others = candidates
    .slice(1)
    .filter(({ family, interfaceName }) => family === 'IPv4' && !isBridge(interfaceName))
  if (network.defaultInterface === best.interfaceName || others.length === 0) return null
  const list = others.map(({ address, interfaceName }) => `${address} (${interfaceName})`).join(', ')
  return `there are other addresses, ${list}: ${CURE} if this is the wrong one`
}

/** IPv4 before IPv6, the default route's interface first, tunnels late, bridges and link-local addresses last. */
function byRank({ defaultInterface }: LocalNetwork): (left: LocalAddress, right: LocalAddress) => number {
  const rank = ({ address, family, interfaceName }: LocalAddress): number => {
    const familyRank = family === 'IPv4' ? 0 : 10
    if (/^169\.254\.|^fe80:/i.test(address)) return 100 + familyRank
    if (isBridge(interfaceName)) return 50 + familyRank
    if (isTunnel(interfaceName)) return 5 + familyRank
    return (interfaceName === defaultInterface ? 0 : 1) + familyRank
  }
  return (left, right) => rank(left) - rank(right)
}

function isBridge(interfaceName: string): boolean {
  return /^(docker|br-|virbr|veth|cni|flannel|cali|podman|lxc|vmnet|vboxnet|bridge)/.test(interfaceName)
}

function isTunnel(interfaceName: string): boolean {
  return /^(tun|tap|utun|wg|ppp|tailscale|zt|ipsec)/.test(interfaceName)
}
