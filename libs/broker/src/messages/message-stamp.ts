import { sendMessageOrigin } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { property } from './edited-properties'
import { PropertyBit } from './property-scan'

export type MessageStampConfig = Pick<BrokerConfig, 'regionId' | 'traceOn' | 'brokerClusterName'>

/** The properties that the stamp replaces. */
export const STAMPED = PropertyBit.MSG_REGION | PropertyBit.TRACE_ON | PropertyBit.CLUSTER

type Origin = ReturnType<typeof sendMessageOrigin>

/** What the broker writes on every message, and in part on every answer: its region, the trace switch, its cluster. */
export class MessageStamp {
  private regionId: string
  private traceOn: boolean
  private clusterName: string
  private pairs: Buffer
  private pairsAfterOpenEnd: Buffer
  private encodedOrigin: Origin

  constructor(private readonly config: MessageStampConfig) {
    const { regionId, traceOn, brokerClusterName } = config
    this.regionId = regionId
    this.traceOn = traceOn
    this.clusterName = brokerClusterName
    this.pairsAfterOpenEnd = pairsAfterOpenEnd(config)
    this.pairs = this.pairsAfterOpenEnd.subarray(1)
    this.encodedOrigin = sendMessageOrigin(config)
  }

  /** As pairs of a properties string. */
  get properties(): Buffer {
    this.refresh()
    return this.pairs
  }

  /** The same, to follow a pair that is not closed. */
  get propertiesAfterOpenEnd(): Buffer {
    this.refresh()
    return this.pairsAfterOpenEnd
  }

  /** As fields of an answer; refusals carry them too. */
  get origin(): Origin {
    this.refresh()
    return this.encodedOrigin
  }

  /** The configuration may change at any time, and hardly ever does. */
  private refresh(): void {
    const { regionId, traceOn, brokerClusterName } = this.config
    if (regionId === this.regionId && traceOn === this.traceOn && brokerClusterName === this.clusterName) return
    this.regionId = regionId
    this.traceOn = traceOn
    this.clusterName = brokerClusterName
    this.pairsAfterOpenEnd = pairsAfterOpenEnd(this.config)
    this.pairs = this.pairsAfterOpenEnd.subarray(1)
    this.encodedOrigin = sendMessageOrigin(this.config)
  }
}

function pairsAfterOpenEnd({ regionId, traceOn, brokerClusterName }: MessageStampConfig): Buffer {
  const pairs =
    property('MSG_REGION', regionId) + property('TRACE_ON', String(traceOn)) + property('CLUSTER', brokerClusterName)
  return Buffer.from(`\x02${pairs}`)
}
