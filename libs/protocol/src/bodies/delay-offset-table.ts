import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, long, numberTable, orElse, type ValueOf } from './json-codec'

/** GET_ALL_DELAY_OFFSET and `delayOffset.json`. Source: broker/schedule/DelayOffsetSerializeWrapper.java. */
export const delayOffsetTableJson = bean({
  dataVersion: orElse(dataVersionJson, initialDataVersion),
  /** By delay level. */
  offsetTable: numberTable(long),
})
export type DelayOffsetTable = ValueOf<typeof delayOffsetTableJson>
