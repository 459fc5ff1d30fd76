/** Bits of a pull's `sysFlag`. Source: common/sysflag/PullSysFlag.java */
export const PullSysFlag = {
  COMMIT_OFFSET: 1,
  /** Wait when there is nothing to take. */
  SUSPEND: 2,
  /** The request spells its subscription out. */
  SUBSCRIPTION: 4,
  CLASS_FILTER: 8,
  LITE_PULL: 16,
} as const
