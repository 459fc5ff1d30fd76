import type { DiskOperation, FaultyDisk } from '@rocketmq-ts/base/testing'

/** Lets `act` run until the first operation that `isIt`; of that, a write, `takenBytes` happen, and the process is dead. */
export async function dieAt(
  disk: FaultyDisk,
  takenBytes: number,
  isIt: (operation: DiskOperation) => boolean,
  act: () => Promise<void>,
): Promise<void> {
  disk.fault = operation => {
    if (!isIt(operation)) return null
    disk.fault = () => ({ code: 'EIO' })
    return { code: 'EIO', takenBytes }
  }
  await act()
  disk.kill()
  disk.fault = () => null
}

export const isWriteTo =
  (part: string) =>
  (operation: DiskOperation): boolean =>
    operation.kind === 'write' && operation.path.includes(part)
