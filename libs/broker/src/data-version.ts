import type { DataVersion } from '@rocketmq-ts/protocol'

/** The version of a table that has never changed. */
export function firstDataVersion(nowMs: number): DataVersion {
  return { stateVersion: 0, timestamp: nowMs, counter: 0 }
}

/** The version after one more change. Source: remoting/protocol/DataVersion.java */
export function nextDataVersion(version: DataVersion, nowMs: number): DataVersion {
  return { stateVersion: 0, timestamp: nowMs, counter: version.counter + 1 }
}
