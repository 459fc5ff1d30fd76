import { ConfigError, RocketmqError } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode, ResponseCode, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { readHostAndPort } from '@rocketmq-ts/remoting'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import { NoNameServerError, requireSuccess } from '../refusals'

export interface NameServersDeps {
  readonly client: Pick<RemotingClient, 'invoke'>
  readonly log: Log
}

const TIMEOUT_MS = 3000

/** The NameServers of a cluster: one is asked, and stays the one to ask while it answers. */
export class NameServers {
  private addresses: readonly string[] = []
  private current = 0

  constructor(private readonly deps: NameServersDeps) {}

  /** `namesrvAddr`: `host:port` of each, separated by `;`. Throws ConfigError, and keeps those it has. */
  use(namesrvAddr: string): void {
    const addresses = namesrvAddr
      .split(/[;,]/)
      .map(address => address.trim())
      .filter(address => address !== '')
    const wrong = addresses.filter(address => readHostAndPort(address) === null)
    if (addresses.length === 0 || wrong.length > 0) {
      const what = wrong.length > 0 ? `"${wrong.join(';')}" is not host:port` : 'no NameServer is given'
      throw new ConfigError([`namesrvAddr: ${what}: a proxy in cluster mode finds its brokers by NameServers (-n)`])
    }
    if (addresses.join() === this.addresses.join()) return
    this.addresses = addresses
    this.current = Math.floor(Math.random() * addresses.length) // not all proxies the same one
  }

  /** Null: no broker has the topic. Rejects with why the last of them could not be asked. */
  async findRoute(topic: string): Promise<TopicRouteData | null> {
    const command = RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {
      ...{ topic, acceptStandardJsonOnly: 'true' },
    })
    let failure: RocketmqError | null = null
    for (const index of this.addresses.map((_, step) => (this.current + step) % this.addresses.length)) {
      const address = this.addresses[index] ?? ''
      try {
        const response = await this.deps.client.invoke(address, command, TIMEOUT_MS)
        this.current = index
        if (response.code === ResponseCode.TOPIC_NOT_EXIST) return null
        return topicRouteDataJson.decode(requireSuccess(response).body)
      } catch (error) {
        if (!(error instanceof RocketmqError)) throw error
        this.deps.log.warn({ err: error, address }, 'a NameServer cannot be asked')
        failure = error
      }
    }
    throw failure ?? new NoNameServerError()
  }
}
