import * as path from 'node:path'
import { systemClock } from '@rocketmq-ts/base'
import { workspaceRoot } from '@rocketmq-ts/testing'
import { eventually } from '../store/eventually'
import { docker, dockerCompose } from './docker'

const HEALTHY_MS_MAX = 120_000
const LOOK_MS = 250

interface Container {
  readonly service: string
  readonly name: string
  /** As `docker ps` tells it: `Up 6 seconds (healthy)`. */
  readonly status: string
}

/** What one of the compose files of docker/ describes, up and running. */
export class ComposeProject {
  constructor(
    private readonly file: string,
    /** Of its containers, networks and volumes. */
    private readonly name: string,
  ) {}

  /** Returns the seconds until all its containers were healthy. */
  async up(): Promise<number> {
    const startMs = systemClock.monotonicMs()
    await this.compose('up', '-d', '--no-build')
    await this.awaitHealthy()
    return (systemClock.monotonicMs() - startMs) / 1000
  }

  /** With its volumes and networks. */
  async down(): Promise<void> {
    await this.compose('down', '--volumes', '--remove-orphans')
  }

  /** As a crash does, without a warning. */
  async kill(service: string): Promise<void> {
    await docker('kill', await this.containerOf(service))
  }

  async start(service: string): Promise<void> {
    await docker('start', await this.containerOf(service))
    await this.awaitHealthy()
  }

  /** Asks it to stop, and returns its exit code. */
  async stop(service: string): Promise<string> {
    const container = await this.containerOf(service)
    await docker('stop', container)
    return await docker('inspect', '--format', '{{.State.ExitCode}}', container)
  }

  /** What a command in a container printed. */
  async inside(service: string, ...command: readonly string[]): Promise<string> {
    return await docker('exec', await this.containerOf(service), ...command)
  }

  async containerOf(service: string): Promise<string> {
    const container = (await this.containers()).find(one => one.service === service)
    if (container === undefined) throw new Error(`${this.file} has started no ${service}`)
    return container.name
  }

  /** Resident memory of each, one line a container. */
  async memory(): Promise<string> {
    const names = (await this.containers()).map(({ name }) => name)
    return await docker('stats', '--no-stream', '--format', '{{.Name}}\t{{.MemUsage}}', ...names.sort())
  }

  private async awaitHealthy(): Promise<void> {
    const limits = { patienceMs: HEALTHY_MS_MAX, periodMs: LOOK_MS }
    if (await eventually(async () => (await this.ailing()).length === 0, limits)) return
    const ailing = await this.ailing()
    const logs = await Promise.all(ailing.map(({ name }) => docker('logs', '--tail', '20', name)))
    throw new Error(ailing.map(({ name, status }, index) => `${name}: ${status}\n${logs[index]}`).join('\n'))
  }

  private async ailing(): Promise<readonly Container[]> {
    return (await this.containers()).filter(({ status }) => !status.includes('(healthy)'))
  }

  private async containers(): Promise<readonly Container[]> {
    const format = '{{.Label "com.docker.compose.service"}}\t{{.Names}}\t{{.Status}}'
    const lines = await docker(
      'ps',
      '-a',
      '--filter',
      `label=com.docker.compose.project=${this.name}`,
      '--format',
      format,
    )
    return lines.split('\n').map(line => {
      const [service = '', name = '', status = ''] = line.split('\t')
      return { service, name, status }
    })
  }

  private compose(...args: readonly string[]): Promise<string> {
    return dockerCompose('-p', this.name, '-f', path.join(workspaceRoot, 'docker', this.file), ...args)
  }
}
