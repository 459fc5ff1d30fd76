import * as os from 'node:os'
import type { Disk } from '@rocketmq-ts/base'

export interface LocalAddress {
  readonly interfaceName: string
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
}

/** How this machine is connected, as far as it knows. */
export interface LocalNetwork {
  readonly addresses: readonly LocalAddress[]
  /** The interface that packets to the rest of the world leave by; null if unknown. */
  readonly defaultInterface: string | null
  readonly isContainer: boolean
}

/** Looks at the interfaces of this machine. */
export function readLocalNetwork({ disk }: { readonly disk: Pick<Disk, 'exists' | 'readText'> }): LocalNetwork {
  const addresses = Object.entries(os.networkInterfaces()).flatMap(([interfaceName, infos = []]) =>
    infos.map(({ address, family }) => ({ interfaceName, address, family })),
  )
  return {
    addresses,
    defaultInterface: defaultInterface(disk.readText('/proc/net/route') ?? ''),
    isContainer: disk.exists('/.dockerenv') || disk.exists('/run/.containerenv'),
  }
}

/** The interface of the line whose destination and mask are 0 in Linux's routing table. */
export function defaultInterface(routes: string): string | null {
  for (const line of routes.split('\n').slice(1)) {
    const [name, destination, , , , , , mask] = line.split('\t')
    if (name !== undefined && destination === '00000000' && mask === '00000000') return name
  }
  return null
}
