import { TopicPermission } from '@rocketmq-ts/protocol'

const READ_WRITE = TopicPermission.READ | TopicPermission.WRITE

export function isReadable(perm: number): boolean {
  return (perm & TopicPermission.READ) !== 0
}

export function isWritable(perm: number): boolean {
  return (perm & TopicPermission.WRITE) !== 0
}

/** Topics that a send creates may take their settings from this one. */
export function isInherited(perm: number): boolean {
  return (perm & TopicPermission.INHERIT) !== 0
}

/** Neither reading nor writing is taken away. */
export function isReadableAndWritable(perm: number): boolean {
  return (perm & READ_WRITE) === READ_WRITE
}

/** As Java prints it in remarks: `RW-`, `R--`, `RWX`. Source: common/constant/PermName.java */
export function permissionText(perm: number): string {
  return (isReadable(perm) ? 'R' : '-') + (isWritable(perm) ? 'W' : '-') + (isInherited(perm) ? 'X' : '-')
}
