import type { BrokerConfig } from '../broker-config'
import { property } from './edited-properties'
import { PropertyBit } from './property-scan'

export type MessageStampConfig = Pick<BrokerConfig, 'regionId' | 'traceOn' | 'brokerClusterName'>

/** The properties that the stamp replaces. */
export const STAMPED = PropertyBit.MSG_REGION | PropertyBit.TRACE_ON | PropertyBit.CLUSTER

/** What the broker writes on every message, and in part on every answer: its region, the trace switch, its cluster. */
export class MessageStamp {
  private regionId = ''
  private traceOn = false
  private clusterName = ''
  private encoded: Buffer = Buffer.alloc(0)
  private fields: Readonly<Record<string, string>> = {}

  constructor(private readonly config: MessageStampConfig) {}

  /** As pairs of a properties string. */
  get properties(): Buffer {
    this.refresh()
    return this.encoded
  }

  /** As fields of an answer; refusals carry them too. */
  get extFields(): Readonly<Record<string, string>> {
    this.refresh()
    return this.fields
  }

  /** The configuration may change at any time, and hardly ever does. */
  private refresh(): void {
    const { regionId, traceOn, brokerClusterName } = this.config
    if (regionId === this.regionId && traceOn === this.traceOn && brokerClusterName === this.clusterName) return
    this.regionId = regionId
    this.traceOn = traceOn
    this.clusterName = brokerClusterName
    this.fields = { MSG_REGION: regionId, TRACE_ON: String(traceOn) }
    const pairs = Object.entries({ ...this.fields, CLUSTER: brokerClusterName })
    this.encoded = Buffer.from(pairs.map(([key, value]) => property(key, value)).join(''))
  }
}
