export type DiskOperationKind = 'open' | 'write' | 'read' | 'datasync' | 'truncate' | 'remove' | 'rename' | 'syncFolder'

export interface DiskOperation {
  readonly kind: DiskOperationKind
  readonly path: string
  /** Of a write or a read. */
  readonly bytes: number
}

export interface DiskFault {
  readonly code: 'EIO' | 'ENOSPC' | 'EROFS'
  /** Bytes of a write that the disk takes before it fails; 0 without it. */
  readonly takenBytes?: number
}
