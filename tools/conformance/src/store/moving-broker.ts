import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { freePortBlock, ServerProcess, writePropertiesFile } from '@rocketmq-ts/testing'
import type { Properties, ServerFiles, ServerKind } from '@rocketmq-ts/testing'
import { patience } from '../patience'

/**
 * One broker of one folder and one address, run now by this implementation and now by that one: to its clients and to
 * its NameServer it restarts.
 */
export class MovingBroker {
  private process: ServerProcess | null = null

  private constructor(
    private readonly files: ServerFiles,
    private readonly port: number,
    private readonly properties: Properties,
  ) {}

  /** Makes the folder; nothing runs yet. */
  static async create(folder: string, properties: Properties): Promise<MovingBroker> {
    const home = path.join(folder, 'broker')
    mkdirSync(home, { recursive: true })
    const port = await freePortBlock()
    const files = { name: 'broker', home, configFile: path.join(home, 'broker.conf') }
    return new MovingBroker(files, port, {
      brokerClusterName: 'DefaultCluster',
      brokerName: 'broker-a',
      brokerId: 0,
      brokerIP1: '127.0.0.1',
      listenPort: port,
      storePathRootDir: path.join(home, 'store'),
      storePathCommitLog: path.join(home, 'store', 'commitlog'),
      ...patience,
      ...properties,
    })
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** The same broker over IPv6. */
  get addressV6(): string {
    return `[::1]:${this.port}`
  }

  /** Its folder: the store, the configuration, and the logs that Java writes. */
  get home(): string {
    return this.files.home
  }

  /** `changes` hold for this run. */
  async start(kind: ServerKind, changes: Properties = {}): Promise<void> {
    writePropertiesFile(this.files.configFile, { ...this.properties, ...changes })
    this.process = new ServerProcess(kind.broker(this.files))
    await this.process.start()
  }

  async stop(): Promise<void> {
    await this.process?.stop()
  }

  async kill(): Promise<void> {
    await this.process?.kill()
  }
}
