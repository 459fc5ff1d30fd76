import { bean, long, numberTable, type ValueOf } from './json-codec'

/** QUERY_CORRECTION_OFFSET, by queue id. Source: remoting/protocol/body/QueryCorrectionOffsetBody.java. */
export const correctionOffsetsJson = bean({ correctionOffsets: numberTable(long) })
export type CorrectionOffsets = ValueOf<typeof correctionOffsetsJson>
