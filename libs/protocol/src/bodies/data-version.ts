import { bean, long, type ValueOf } from './json-codec'

/** Tells whether a table changed. Equal when all three are. Source: remoting/protocol/DataVersion.java. */
export const dataVersionJson = bean({ counter: long, stateVersion: long, timestamp: long })
export type DataVersion = ValueOf<typeof dataVersionJson>

export function equalDataVersions(a: DataVersion, b: DataVersion): boolean {
  return a.counter === b.counter && a.stateVersion === b.stateVersion && a.timestamp === b.timestamp
}

/** Of a table that was never changed. */
export function initialDataVersion(): DataVersion {
  return { counter: 0, stateVersion: 0, timestamp: 0 }
}
