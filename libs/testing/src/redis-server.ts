import { mkdirSync } from 'node:fs'
import type { Component } from '@rocketmq-ts/base'
import { freePortBlock } from './free-ports'
import { ServerProcess } from './server-process'

/** The real `redis-server` of this machine, on the same port after every start, which forgets all at its end. */
export class RedisServer implements Component {
  readonly process: ServerProcess

  private constructor(
    private readonly port: number,
    folder: string,
    password: string | null,
  ) {
    const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', requirepass: password ?? '' }
    this.process = new ServerProcess({
      name: 'redis-server',
      command: 'redis-server',
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      environment: {},
      servesPattern: /Ready to accept connections/,
    })
  }

  static async create(folder: string, { password = null }: { password?: string | null } = {}): Promise<RedisServer> {
    mkdirSync(folder, { recursive: true })
    return new RedisServer(await freePortBlock(), folder, password)
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`
  }

  /** Rejects, saying what to install, when there is no `redis-server`. */
  async start(): Promise<void> {
    try {
      await this.process.start()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new Error('there is no redis-server on this machine: apt-get install redis-server', { cause: error })
    }
  }

  async stop(): Promise<void> {
    await this.process.stop()
  }
}
