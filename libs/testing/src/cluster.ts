import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import type { Component } from '@rocketmq-ts/base'
import { inOrder } from '@rocketmq-ts/base'
import { freePortBlock } from './free-ports'
import { writePropertiesFile } from './properties-file'
import type { Properties } from './properties-file'
import { ourServers } from './server-kind'
import type { ServerKind } from './server-kind'
import { ServerProcess } from './server-process'

export interface ClusterOptions {
  /** An empty folder of the caller's; stores, configurations and logs go below it. */
  readonly folder: string
  readonly nameServerKind?: ServerKind
  readonly brokerKind?: ServerKind
  /** Names of the brokers, each a master of its own. */
  readonly brokers?: readonly string[]
  readonly nameServerConfig?: Properties
  /** For every broker; what is not said is Java's default, except for smaller files. */
  readonly brokerConfig?: Properties
  readonly environment?: Readonly<Record<string, string>>
}

/** A server of a cluster, and where it is reached. */
export interface ClusterServer {
  readonly name: string
  /** `127.0.0.1:port`, the same after every start. */
  readonly address: string
  readonly home: string
  readonly process: ServerProcess
}

/** One NameServer and its brokers, as processes. */
export class Cluster implements Component {
  private readonly parts: Component

  private constructor(
    readonly nameServer: ClusterServer,
    readonly brokers: readonly ClusterServer[],
  ) {
    this.parts = inOrder([nameServer, ...brokers].map(server => server.process))
  }

  /** Chooses ports and writes the configuration files; nothing runs yet. */
  static async create(options: ClusterOptions): Promise<Cluster> {
    const nameServer = await createNameServer(options)
    const brokers: ClusterServer[] = []
    for (const name of options.brokers ?? ['broker-a']) {
      brokers.push(await createBroker(name, nameServer.address, options))
    }
    return new Cluster(nameServer, brokers)
  }

  /** The broker of that name; without one, the first. */
  broker(name?: string): ClusterServer {
    const broker = name === undefined ? this.brokers[0] : this.brokers.find(each => each.name === name)
    if (broker === undefined) throw new Error(`no broker ${name}`)
    return broker
  }

  async start(): Promise<void> {
    await this.parts.start()
  }

  async stop(): Promise<void> {
    await this.parts.stop()
  }
}

async function createNameServer(options: ClusterOptions): Promise<ClusterServer> {
  const { nameServerKind: kind = ourServers, folder, nameServerConfig, environment = {} } = options
  const port = await freePortBlock()
  const files = makeHome(folder, 'namesrv')
  writePropertiesFile(files.configFile, { listenPort: port, ...nameServerConfig })
  const launch = kind.nameServer(files)
  return {
    name: files.name,
    address: `127.0.0.1:${port}`,
    home: files.home,
    process: new ServerProcess({ ...launch, environment: { ...launch.environment, ...environment } }),
  }
}

async function createBroker(name: string, namesrvAddr: string, options: ClusterOptions): Promise<ClusterServer> {
  const { brokerKind: kind = ourServers, folder, brokerConfig, environment = {} } = options
  const port = await freePortBlock()
  const files = makeHome(folder, name)
  writePropertiesFile(files.configFile, {
    brokerClusterName: 'DefaultCluster',
    brokerName: name,
    brokerId: 0,
    brokerIP1: '127.0.0.1',
    listenPort: port,
    namesrvAddr,
    storePathRootDir: path.join(files.home, 'store'),
    storePathCommitLog: path.join(files.home, 'store', 'commitlog'),
    mappedFileSizeCommitLog: 64 * 1024 * 1024,
    ...brokerConfig,
  })
  const launch = kind.broker(files)
  return {
    name,
    address: `127.0.0.1:${port}`,
    home: files.home,
    process: new ServerProcess({ ...launch, environment: { ...launch.environment, ...environment } }),
  }
}

function makeHome(folder: string, name: string): { name: string; home: string; configFile: string } {
  const home = path.join(folder, name)
  mkdirSync(home, { recursive: true })
  return { name, home, configFile: path.join(home, `${name}.conf`) }
}
