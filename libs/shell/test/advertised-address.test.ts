import { chooseAdvertisedAddress, defaultInterface, isLoopback } from '../src'
import type { LocalNetwork } from '../src'

const loopback = { interfaceName: 'lo', address: '127.0.0.1', family: 'IPv4' } as const
const ethernet = { interfaceName: 'eth0', address: '192.168.1.5', family: 'IPv4' } as const
const wireless = { interfaceName: 'wlan0', address: '10.0.0.7', family: 'IPv4' } as const
const docker = { interfaceName: 'docker0', address: '172.17.0.1', family: 'IPv4' } as const
const tunnel = { interfaceName: 'wg0', address: '10.8.0.2', family: 'IPv4' } as const
const linkLocal = { interfaceName: 'eth1', address: '169.254.3.4', family: 'IPv4' } as const
const ipv6 = { interfaceName: 'eth0', address: 'fd00::2', family: 'IPv6' } as const

function choose(
  question: { configured?: string; preferred?: string; bindAddress?: string },
  addresses: LocalNetwork['addresses'],
  network: Partial<LocalNetwork> = {},
) {
  return chooseAdvertisedAddress({
    configured: question.configured ?? null,
    preferred: question.preferred,
    bindAddress: question.bindAddress ?? '0.0.0.0',
    network: { addresses: [loopback, ...addresses], defaultInterface: null, isContainer: false, ...network },
  })
}

test('what is configured is taken', () => {
  expect(choose({ configured: '192.168.1.5' }, [ethernet])).toMatchObject({ address: '192.168.1.5', warning: null })
  expect(choose({ configured: 'broker.example.org' }, [ethernet]).warning).toBeNull()
  expect(choose({ configured: '127.0.0.1' }, [ethernet]).warning).toBeNull()
})

test('a configured address that is not of this machine is doubted, a wildcard is wrong', () => {
  expect(choose({ configured: '203.0.113.9' }, [ethernet]).warning).toContain('not an address of this machine')
  expect(choose({ configured: '0.0.0.0' }, [ethernet]).warning).toContain('set brokerIP1')
})

test('what a process prefers is taken when nothing is configured', () => {
  expect(choose({ preferred: '127.0.0.1' }, [ethernet])).toMatchObject({ address: '127.0.0.1', warning: null })
  expect(choose({ preferred: '127.0.0.1', configured: '192.168.1.5' }, [ethernet]).address).toBe('192.168.1.5')
})

test('a broker that listens on one address advertises that one', () => {
  expect(choose({ bindAddress: '127.0.0.1' }, [ethernet])).toMatchObject({ address: '127.0.0.1', warning: null })
  expect(choose({ bindAddress: 'fd00::2' }, [ethernet, ipv6]).address).toBe('[fd00::2]')
})

test('the interface of the default route wins, whatever else there is', () => {
  const network = { defaultInterface: 'wlan0' }
  const chosen = choose({}, [docker, ethernet, tunnel, wireless], network)
  expect(chosen).toEqual({ address: '10.0.0.7', reason: 'it is that of wlan0', warning: null })
})

test('bridges, tunnels and link-local addresses are the last resort', () => {
  expect(choose({}, [docker, linkLocal, tunnel, ethernet]).address).toBe('192.168.1.5')
  expect(choose({}, [docker, linkLocal, tunnel]).address).toBe('10.8.0.2')
  const bridged = choose({}, [linkLocal, docker])
  expect(bridged.address).toBe('172.17.0.1')
  expect(bridged.warning).toContain('a network of this machine alone')
})

test('IPv4 is advertised before IPv6, and IPv6 in brackets when there is nothing else', () => {
  expect(choose({}, [ipv6, ethernet]).address).toBe('192.168.1.5')
  expect(choose({}, [ipv6]).address).toBe('[fd00::2]')
})

test('several equally good addresses are listed, so that the right one can be set', () => {
  expect(choose({}, [ethernet, wireless]).warning).toContain('10.0.0.7 (wlan0)')
})

test('the address of a container comes with a warning and the cure', () => {
  const { address, warning } = choose({}, [ethernet], { isContainer: true, defaultInterface: 'eth0' })
  expect(address).toBe('192.168.1.5')
  expect(warning).toContain('publish the port and set brokerIP1')
})

test('a machine without a network advertises its loopback and says who cannot connect', () => {
  const { address, warning } = choose({}, [])
  expect(address).toBe('127.0.0.1')
  expect(warning).toContain('only clients on it can connect')
})

test('the default route is read from the routing table', () => {
  const routes = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    '',
  ]
  expect(defaultInterface(routes.join('\n'))).toBe('eth0')
  expect(defaultInterface('')).toBeNull()
})

test.each(['127.0.0.1', '127.8.9.1', 'localhost', '[::1]', '::1', '::ffff:127.0.0.1'])('%s is loopback', address => {
  expect(isLoopback(address)).toBe(true)
})

test.each(['10.0.0.1', '128.0.0.1', '[fd00::2]'])('%s is not loopback', address => {
  expect(isLoopback(address)).toBe(false)
})
