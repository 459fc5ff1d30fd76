import { brokerRequestCodes } from '@rocketmq-ts/broker'
import { namesrvHandlers } from '@rocketmq-ts/namesrv'
import type { NamesrvHandlerDeps } from '@rocketmq-ts/namesrv'
import { OwnRequestCode, RequestCode } from '@rocketmq-ts/protocol'
import { adminService, messagingService } from '@rocketmq-ts/protocol/grpc'
import { remotingHandlers } from '@rocketmq-ts/proxy'
import type { RemotingHandlerDeps } from '@rocketmq-ts/proxy'
import { adminMethods, grpcMethods, refusedAdminMethods } from '@rocketmq-ts/proxy/grpc'
import type { AdminRooms, GrpcRooms } from '@rocketmq-ts/proxy/grpc'
import { markdownTable } from './markdown'

/** docs/protocol-support.md. `requestCodeSource` is the source of the code table, whose comments say who serves what in Java. */
export function protocolSupportPage(requestCodeSource: string): string {
  const namesrvCodes = new Set(Object.keys(namesrvHandlers(anything as NamesrvHandlerDeps)).map(Number))
  const proxyCodes = new Set(Object.keys(remotingHandlers(anything as RemotingHandlerDeps)).map(Number))
  const brokerCodes = new Map(brokerRequestCodes().map(({ code, vip }) => [code, vip]))
  const rows = Object.entries(RequestCode)
    .sort(([, left], [, right]) => left - right)
    .map(([name, code]) => {
      const inJava = javaServers(requestCodeSource, name)
      return [
        String(code),
        name,
        state(namesrvCodes.has(code) ? 'served' : null, inJava.includes('N')),
        state(brokerState(brokerCodes.get(code)), inJava.includes('B')),
        proxyCodes.has(code) ? 'served' : '',
        inJava.includes('K') ? 'to clients' : '',
      ]
    })
  const ownRows = Object.entries(OwnRequestCode).map(([name, code]) => [
    String(code),
    name,
    brokerState(brokerCodes.get(code)) ?? '',
  ])
  const servedCount = rows.filter(row => row.some(cell => cell.startsWith('served'))).length
  return [
    '# Protocol support',
    'Generated from the handler tables by `npm run docs`.',
    [
      `Every request code of RocketMQ 5.5.0; ${servedCount} of ${rows.length} are served here. "not yet" is served by Java;`,
      'a code that is not served is answered REQUEST_CODE_NOT_SUPPORTED (3). The VIP port is `listenPort - 2`. The proxy hands',
      'on what it serves to the broker that the request names; what it does not serve is for admin tools, and for brokers.',
    ].join('\n'),
    markdownTable(['Code', 'Name', 'NameServer', 'Broker', 'Proxy', 'Pushed'], rows),
    '## Ours',
    'Codes that no Java broker knows; bodies are JSON.',
    markdownTable(['Code', 'Name', 'Broker'], ownRows),
    '## gRPC',
    'Methods of `apache.rocketmq.v2.MessagingService`; one that is not served is answered UNIMPLEMENTED.',
    markdownTable(['Method', 'Proxy'], grpcRows()),
    [
      'Methods of `apache.rocketmq.v2.Admin`, which no Java proxy serves. They change things, so by default only callers on',
      'the machine of the proxy may call them (`grpcAdminAccess`); behind a balancer on that machine that does not send the',
      'PROXY header everybody seems to be there: say `nobody`. Administration by remoting codes and by HTTP is open to whoever',
      'reaches those ports, as it is with Java.',
    ].join('\n'),
    markdownTable(['Method', 'Proxy'], adminRows()),
    'Beside them `grpc.health.v1.Health` is served, for all of the port and for either service, ' +
      'channelz, and server reflection: [grpc.md](grpc.md).',
    '',
  ].join('\n\n')
}

function grpcRows(): readonly string[][] {
  const { unary, streams } = grpcMethods(anything as GrpcRooms)
  const served = new Set([...Object.keys(unary), ...Object.keys(streams), 'Telemetry'])
  return Object.keys(messagingService).map(name => [name, served.has(name) ? 'served' : 'not yet'])
}

function adminRows(): readonly string[][] {
  const served = new Set(Object.keys(adminMethods(anything as AdminRooms)))
  const refused: ReadonlySet<string> = refusedAdminMethods
  return Object.keys(adminService).map(name => {
    if (refused.has(name)) return [name, 'refused: UNSUPPORTED']
    return [name, served.has(name) ? 'served' : 'not yet']
  })
}

function brokerState(vip: boolean | undefined): string | null {
  if (vip === undefined) return null
  return vip ? 'served' : 'served, not on the VIP port'
}

function state(here: string | null, inJava: boolean): string {
  return here ?? (inJava ? 'not yet' : '')
}

/** The letters after a code of the table: N NameServer, B broker, C controller, K client. */
function javaServers(source: string, name: string): string {
  return new RegExp(`^  ${name}: -?\\d+, // ([A-Z, ]+)`, 'm').exec(source)?.[1] ?? ''
}

/** Handlers are only counted here, never called: whatever they take out of their dependencies is this again. */
const anything: unknown = new Proxy(() => anything, { get: () => anything })
