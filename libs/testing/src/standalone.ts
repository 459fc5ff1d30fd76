import type { Component } from '@rocketmq-ts/base'
import { builtExecutable } from './server-kind'
import type { ExitStatus } from './server-process'
import { ServerProcess } from './server-process'

const NAME_SERVER_LINE = /^The Name Server boot success\..* address (\S+)$/m
const BROKER_LINE = /^The broker\[(\S+), (\S+)\] boot success\./m
const PROXY_LINE = /^The proxy\[(\S+), (\S+)\] boot success\./m
const PROXY_HTTP = /^The proxy\[.*, HTTP at (http:\S+)$/m
const PROXY_REMOTING = /^The proxy\[.*, remoting clients at ([^\s,]+)/m

const portFlags = ['--namesrv-port', '--broker-port', '--grpc-port', '--remoting-port', '--http-port']

/** `rocketmq up`: NameServer, broker and proxy in one process, on ports that the system chooses. */
export class Standalone implements Component {
  private readonly server: ServerProcess

  constructor(home: string, flags: readonly string[] = []) {
    this.server = new ServerProcess({
      name: 'rocketmq up',
      command: builtExecutable('rocketmq'),
      args: ['up', '--home', home, ...portFlags.flatMap(flag => [flag, '0']), ...flags],
      environment: {},
      servesPattern: new RegExp(`${NAME_SERVER_LINE.source}[^]*${BROKER_LINE.source}[^]*${PROXY_HTTP.source}`, 'm'),
    })
  }

  get output(): string {
    return this.server.output
  }

  get nameServerAddress(): string {
    const address = NAME_SERVER_LINE.exec(this.output)?.[1]
    if (address === undefined) throw new Error(`no line of the NameServer in:\n${this.output}`)
    return address.replace('0.0.0.0', '127.0.0.1')
  }

  get brokerAddress(): string {
    const address = BROKER_LINE.exec(this.output)?.[2]
    if (address === undefined) throw new Error(`no line of the broker in:\n${this.output}`)
    return address
  }

  /** Where gRPC clients are served. */
  get grpcAddress(): string {
    const address = PROXY_LINE.exec(this.output)?.[2]
    if (address === undefined) throw new Error(`no line of the proxy in:\n${this.output}`)
    return address
  }

  /** Where remoting clients are served by the proxy. */
  get proxyRemotingAddress(): string {
    const address = PROXY_REMOTING.exec(this.output)?.[1]
    if (address === undefined) throw new Error(`no remoting address of the proxy in:\n${this.output}`)
    return address
  }

  /** `http://ip:port` of the HTTP API. */
  get httpUrl(): string {
    const url = PROXY_HTTP.exec(this.output)?.[1]
    if (url === undefined) throw new Error(`no line of the proxy in:\n${this.output}`)
    return url
  }

  async start(): Promise<void> {
    await this.server.start()
  }

  async stop(): Promise<void> {
    await this.server.stop()
  }

  /** Sends the signal and resolves with how the process ended. */
  async signal(signal: NodeJS.Signals): Promise<ExitStatus | null> {
    return await this.server.signal(signal)
  }

  /** For a start that is expected to be refused. */
  async runToExit(): Promise<ExitStatus> {
    return await this.server.runToExit()
  }
}
