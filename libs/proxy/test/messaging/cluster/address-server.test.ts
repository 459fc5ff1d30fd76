import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { AddressServer, ADDRESS_LIST_BYTES_MAX } from '../../../src/messaging/cluster/address-server'
import { NoNameServerError } from '../../../src/messaging/refusals'
import { useCluster } from './cluster-of-test'
import { until } from '../../support/until'

const cluster = useCluster()
const ended: (() => void)[] = []
afterEach(() => {
  for (const end of ended.splice(0)) end()
})

/** A web server that says `answer.text`, and notes what it was asked for. */
async function webServer(answer: { status: number; text: string }) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(answer.status).end(answer.text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ended.push(() => void server.close())
  return { asked, domain: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function told(answer: { status: number; text: string }, namesrvDomainSubgroup = '') {
  const { asked, domain } = await webServer(answer)
  const [lists, warnings]: [string[], string[]] = [[], []]
  const clock = new FakeClock()
  const log = { warn: (_given: object, text: string) => void warnings.push(text) } as unknown as Log
  const onList = (list: string): void => {
    if (!list.includes(':')) throw new ConfigError([`"${list}" is none`])
    lists.push(list)
  }
  const server = new AddressServer({ namesrvDomain: domain, namesrvDomainSubgroup }, { clock, log, onList })
  ended.push(() => void server.stop())
  await server.start()
  return { asked, lists, warnings, clock, server }
}

test('the first line of its answer is the list, and it is asked again every two minutes', async () => {
  const answer = { status: 200, text: ' 10.0.0.1:9876;10.0.0.2:9876\r\nmore\n' }
  const { asked, lists, clock } = await told(answer)
  expect([asked, lists]).toEqual([['/rocketmq/nsaddr'], ['10.0.0.1:9876;10.0.0.2:9876']])
  answer.text = '10.0.0.3:9876'
  clock.advance(119_999)
  expect(asked).toHaveLength(1)
  clock.advance(1)
  await until(() => lists.length === 2)
  expect(lists[1]).toBe('10.0.0.3:9876')
})

test('it is asked for the list of the subgroup', async () => {
  expect((await told({ status: 200, text: 'a:1' }, 'blue')).asked).toEqual(['/rocketmq/blue'])
})

test.each([
  ['refuses', 404, 'not here'],
  ['says nothing', 200, ''],
  ['says what is no list', 200, '<html>'],
  ['never ends', 200, 'x'.repeat(ADDRESS_LIST_BYTES_MAX + 1)],
])('one that %s is asked again soon, and that is said', async (_what, status, text) => {
  const answer = { status, text }
  const { lists, warnings, clock } = await told(answer)
  expect(lists).toEqual([])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('see namesrvDomain')
  Object.assign(answer, { status: 200, text: 'a:1' })
  clock.advance(10_000)
  await until(() => lists.length === 1)
})

test('after a stop it is not asked any more', async () => {
  const { asked, clock, server } = await told({ status: 200, text: 'a:1' })
  await server.stop()
  clock.advance(1_000_000)
  expect(asked).toHaveLength(1)
})

test('a cluster is found by it', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const { domain } = await webServer({ status: 200, text: `${nameServer.address}\n` })
  const brokers = await cluster.brokers('', 100, domain)
  expect((await brokers.findRoute('T'))?.queueDatas).toHaveLength(1)
})

test('while it knows none, requests say so', async () => {
  const { domain } = await webServer({ status: 500, text: '' })
  const brokers = await cluster.brokers('', 100, domain)
  await expect(brokers.findRoute('T')).rejects.toThrow(NoNameServerError)
})
