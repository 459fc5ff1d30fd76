/** The bits of a topic's `perm` and of `brokerPermission`. Source: common/constant/PermName.java */
export const Permission = {
  /** Topics that a send creates may take their settings from this one. */
  INHERIT: 1,
  WRITE: 2,
  READ: 4,
  PRIORITY: 8,
} as const

const READ_WRITE = Permission.READ | Permission.WRITE

export function isReadable(perm: number): boolean {
  return (perm & Permission.READ) !== 0
}

export function isWritable(perm: number): boolean {
  return (perm & Permission.WRITE) !== 0
}

export function isInherited(perm: number): boolean {
  return (perm & Permission.INHERIT) !== 0
}

/** Neither reading nor writing is taken away. */
export function isReadableAndWritable(perm: number): boolean {
  return (perm & READ_WRITE) === READ_WRITE
}

/** As Java prints it in remarks and logs: `RW-`, `R--`, `RWX`. */
export function permissionText(perm: number): string {
  return (isReadable(perm) ? 'R' : '-') + (isWritable(perm) ? 'W' : '-') + (isInherited(perm) ? 'X' : '-')
}
