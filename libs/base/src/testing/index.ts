export { FaultyDisk } from './faulty-disk'
export type { DiskFault, DiskOperation, DiskOperationKind } from './disk-fault'
export { FakeClock } from './fake-clock'
export { useTemporaryFolders } from './temporary-folder'
