import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import type { Component } from '@rocketmq-ts/base'
import { freePortBlock } from './free-ports'
import { ourServers } from './server-kind'
import type { ServerKind } from './server-kind'
import { ServerProcess } from './server-process'

export interface ProxyServerOptions {
  readonly kind?: ServerKind
  /** An empty folder of the caller's, for its configuration and logs. */
  readonly folder: string
  readonly namesrvAddr: string
  /** As in rmq-proxy.json. */
  readonly config?: Readonly<Record<string, string | number | boolean>>
}

/** A proxy in front of a cluster, on the same port after every start. */
export class ProxyServer implements Component {
  readonly process: ServerProcess

  private constructor(
    private readonly grpcServerPort: number,
    { kind = ourServers, folder, namesrvAddr }: ProxyServerOptions,
  ) {
    const configFile = path.join(folder, 'rmq-proxy.json')
    this.process = new ServerProcess(kind.proxy({ name: path.basename(folder), home: folder, configFile }, namesrvAddr))
  }

  /** Chooses a port and writes the configuration; nothing runs yet. */
  static async create(options: ProxyServerOptions): Promise<ProxyServer> {
    const grpcServerPort = await freePortBlock()
    mkdirSync(options.folder, { recursive: true })
    const ports = { grpcServerPort, remotingListenPort: grpcServerPort + 1, httpServerPort: 0 }
    const config = { bindAddress: '127.0.0.1', ...ports, ...options.config }
    writeFileSync(path.join(options.folder, 'rmq-proxy.json'), JSON.stringify(config))
    return new ProxyServer(grpcServerPort, options)
  }

  /** `http://ip:port` of the HTTP API. */
  get httpUrl(): string {
    const url = / HTTP at (http:\S+)$/m.exec(this.process.output)?.[1]
    if (url === undefined) throw new Error(`no line of the proxy in:\n${this.process.output}`)
    return url
  }

  get grpcAddress(): string {
    return `127.0.0.1:${this.grpcServerPort}`
  }

  /** For remoting clients, as their NameServer. */
  get remotingAddress(): string {
    return `127.0.0.1:${this.grpcServerPort + 1}`
  }

  async start(): Promise<void> {
    await this.process.start()
  }

  async stop(): Promise<void> {
    await this.process.stop()
  }
}
