/**
 * Versions as they travel in headers: the place of a release in Java's list, where a release follows its snapshot.
 * Only those that decide something. Source: common/MQVersion.java.
 */
export const MqVersion = {
  V3_0_7_SNAPSHOT: 28,
  V3_0_11: 37,
  V3_1_8_SNAPSHOT: 62,
  V3_4_9: 121,
  V4_1_0_SNAPSHOT: 232,
  V4_9_4: 401,
  V5_0_0: 413,
  V5_5_0: 513,
  HIGHER_VERSION: 612,
} as const

/** What we say we are. */
export const MQ_VERSION = MqVersion.V5_5_0

const FIRST_OF_RULE = MqVersion.V4_1_0_SNAPSHOT

/** `V5_5_0`. From 4.1.0 on there are ten of each minor version, each behind its snapshot; before that, its place alone. */
export function versionName(version: number): string {
  if (version < FIRST_OF_RULE || version > MqVersion.HIGHER_VERSION) return String(version)
  const [major, minor, patch] = String(410 + Math.floor((version - FIRST_OF_RULE) / 2))
  return `V${major}_${minor}_${patch}${version % 2 === 0 ? '_SNAPSHOT' : ''}`
}
