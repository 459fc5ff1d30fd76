import { RocketmqError, silentLog } from '@rocketmq-ts/base'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { OwnRequestCode, RemotingCommand, RequestCode, ResponseCode, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { ConnectionLostError, remotingConfigSchema, RemotingClient } from '@rocketmq-ts/remoting'
import type { z } from 'zod'
import { deadLetterTopicOf } from '../topics/topic-names'
import type { redriveOrderSchema } from './redrive-order'
import { redriveRecordSchema, redriveRecordsSchema } from './redrive-record'
import type { RedriveRecord } from './redrive-record'

const TIMEOUT_MS = 10_000

/** A server says no, or something else than was asked for. */
export class DeadLetterRequestError extends RocketmqError {
  readonly code = 'RMQ_DEAD_LETTER_REQUEST'
}

/** Keys of the transport that begin with `tls.`, as a configuration file has them. */
export type TlsSettings = Readonly<Record<`tls.${string}`, string>>

/** What can be asked for; the rest has defaults. */
export type RedriveWish = z.input<typeof redriveOrderSchema>

/** The redrives of one broker. */
export interface BrokerRedrives {
  readonly brokerName: string
  readonly redrives: readonly RedriveRecord[]
}

interface BrokerPlace {
  readonly brokerName: string
  readonly address: string
}

/** An administrator of dead letters: finds the masters that have some of a group, and asks each of them. */
export class DeadLetterClient {
  private readonly client: RemotingClient

  constructor(
    /** `host:port` of NameServers, separated by ;, or of one broker. */
    private readonly servers: { readonly namesrvAddr: string } | { readonly brokerAddr: string },
    /** `tls` is null for connections without TLS. Throws ConfigError when its files cannot be used. */
    private readonly deps: { readonly clock: Clock; readonly disk: Disk; readonly tls: TlsSettings | null },
  ) {
    this.client = new RemotingClient(remotingConfigSchema.parse(deps.tls ?? {}), { ...deps, log: silentLog })
  }

  async start(): Promise<void> {
    await this.client.start()
  }

  async stop(): Promise<void> {
    await this.client.stop()
  }

  /** Begins a redrive on every master that has dead letters of the group. Rejects with DeadLetterRequestError and what connections reject with. */
  async redrive(wish: RedriveWish): Promise<readonly BrokerRedrives[]> {
    return await this.askEach(wish.group, async ({ brokerName, address }) => {
      const body = await this.ask(address, OwnRequestCode.START_DEAD_LETTER_REDRIVE, wish)
      return { brokerName, redrives: [redriveRecordSchema.parse(JSON.parse(body))] }
    })
  }

  /** The redrives of the group, oldest first. Rejects as `redrive` does. */
  async status(group: string): Promise<readonly BrokerRedrives[]> {
    return await this.askEach(group, place => this.statusOn(place, group))
  }

  /** Cancels what is at work for the group; resolves to what it cancelled. Rejects as `redrive` does. */
  async cancel(group: string): Promise<readonly BrokerRedrives[]> {
    return await this.askEach(group, async place => {
      const { redrives } = await this.statusOn(place, group)
      const cancelled: RedriveRecord[] = []
      for (const { id } of redrives.filter(({ state }) => state === 'RUNNING')) {
        const body = await this.ask(place.address, OwnRequestCode.CANCEL_DEAD_LETTER_REDRIVE, { id })
        cancelled.push(redriveRecordSchema.parse(JSON.parse(body)))
      }
      return { brokerName: place.brokerName, redrives: cancelled }
    })
  }

  private async statusOn({ brokerName, address }: BrokerPlace, group: string): Promise<BrokerRedrives> {
    const body = await this.ask(address, OwnRequestCode.GET_DEAD_LETTER_REDRIVES, { group })
    return { brokerName, ...redriveRecordsSchema.parse(JSON.parse(body)) }
  }

  private async askEach(
    group: string,
    ask: (place: BrokerPlace) => Promise<BrokerRedrives>,
  ): Promise<readonly BrokerRedrives[]> {
    const answers: BrokerRedrives[] = []
    for (const place of await this.placesOf(group)) answers.push(await ask(place))
    return answers
  }

  /** The masters that have a dead-letter topic of the group. */
  private async placesOf(group: string): Promise<readonly BrokerPlace[]> {
    if ('brokerAddr' in this.servers) return [{ brokerName: this.servers.brokerAddr, address: this.servers.brokerAddr }]
    const fields = { topic: deadLetterTopicOf(group), acceptStandardJsonOnly: 'true' }
    const addresses = this.servers.namesrvAddr.split(';').filter(address => address !== '')
    let failure: unknown = new DeadLetterRequestError('no NameServer is named')
    for (const address of addresses) {
      try {
        const command = RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, fields)
        const answer = await this.invoke(address, command)
        if (answer.code === ResponseCode.TOPIC_NOT_EXIST) {
          throw new DeadLetterRequestError(`no dead letters of group ${group} are known`)
        }
        if (answer.code !== ResponseCode.SUCCESS) throw refused(`NameServer ${address}`, answer)
        const { brokerDatas } = topicRouteDataJson.decode(answer.body)
        return brokerDatas.flatMap(({ brokerName, brokerAddrs }) => {
          const master = brokerAddrs.get(0)
          return master === undefined ? [] : [{ brokerName, address: master }]
        })
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  private async ask(address: string, code: number, question: unknown): Promise<string> {
    const command = RemotingCommand.request(code, null, Buffer.from(JSON.stringify(question)))
    const answer = await this.invoke(address, command)
    if (answer.code === ResponseCode.SUCCESS) return answer.body?.toString() ?? ''
    throw refused(`broker ${address}`, answer)
  }

  private async invoke(address: string, command: RemotingCommand): Promise<IncomingCommand> {
    try {
      return await this.client.invoke(address, command, TIMEOUT_MS)
    } catch (error) {
      if (!(error instanceof ConnectionLostError) || this.deps.tls !== null) throw error
      throw new DeadLetterRequestError(`${error.message}: it went away, or wants TLS (--tls)`, { cause: error })
    }
  }
}

function refused(server: string, { code, remark }: IncomingCommand): DeadLetterRequestError {
  const why = remark ?? `it answers code ${code}`
  switch (code) {
    case ResponseCode.NO_PERMISSION:
      return new DeadLetterRequestError(`${server} refuses: ${why} (does it want signed requests? These are not)`)
    case ResponseCode.REQUEST_CODE_NOT_SUPPORTED:
      return new DeadLetterRequestError(`${server} does not know of redrives: it is Java's, or older than this command`)
    default:
      return new DeadLetterRequestError(`${server} refuses: ${why}`)
  }
}
