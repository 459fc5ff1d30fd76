import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { promisify } from 'node:util'
import type { Disk, DiskFile, DiskSpace } from './disk'
import { StorageError } from './errors'

const fdatasync = promisify(fs.fdatasync)
const fsync = promisify(fs.fsync)
const readAsync = promisify(fs.read)
const renameAsync = promisify(fs.rename)
const unlink = promisify(fs.unlink)

/** A pipe in the place of a file would never open without O_NONBLOCK. */
const READ_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK

/** Runs a call to the file system; what it throws comes out as a StorageError that names the path. */
function onDisk<T>(what: string, filePath: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    throw new StorageError(`cannot ${what} ${filePath}: ${(cause as Error).message}`, { cause })
  }
}

/** As `onDisk`, for calls that the thread pool makes. */
async function onDiskLater<T>(what: string, filePath: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw new StorageError(`cannot ${what} ${filePath}: ${(cause as Error).message}`, { cause })
  }
}

class NodeDiskFile implements DiskFile {
  constructor(
    readonly path: string,
    private readonly fd: number,
    /** Another one than `fd` where only reading was possible: opened when it is needed. */
    private writeFd: number | null = fd,
  ) {}

  write(bytes: Uint8Array, at: number): void {
    const fd = this.writeFd ?? this.openForWriting()
    let done = 0
    while (done < bytes.length) {
      done += onDisk('write', this.path, () => fs.writeSync(fd, bytes, done, bytes.length - done, at + done))
    }
  }

  writev(parts: readonly Uint8Array[], at: number): void {
    const totalBytes = parts.reduce((sum, part) => sum + part.length, 0)
    const fd = this.writeFd ?? this.openForWriting()
    const written = onDisk('write', this.path, () => fs.writevSync(fd, parts, at))
    if (written < totalBytes) this.write(Buffer.concat(parts).subarray(written), at + written)
  }

  readNow(into: Uint8Array, intoAt: number, length: number, at: number): number {
    return onDisk('read', this.path, () => fs.readSync(this.fd, into, intoAt, length, at))
  }

  async read(into: Uint8Array, intoAt: number, length: number, at: number): Promise<number> {
    return (await onDiskLater('read', this.path, () => readAsync(this.fd, into, intoAt, length, at))).bytesRead
  }

  async datasync(): Promise<void> {
    await onDiskLater('sync', this.path, () => fdatasync(this.fd))
  }

  truncate(bytes: number): void {
    const fd = this.writeFd ?? this.openForWriting()
    onDisk('truncate', this.path, () => fs.ftruncateSync(fd, bytes))
  }

  sizeBytes(): number {
    return onDisk('stat', this.path, () => fs.fstatSync(this.fd).size)
  }

  close(): void {
    onDisk('close', this.path, () => fs.closeSync(this.fd))
    const { writeFd } = this
    if (writeFd !== null && writeFd !== this.fd) onDisk('close', this.path, () => fs.closeSync(writeFd))
  }

  private openForWriting(): number {
    this.writeFd = onDisk('write', this.path, () => fs.openSync(this.path, fs.constants.O_RDWR))
    return this.writeFd
  }
}

/** A pipe or a device in the place of a file may have no end. */
function readWholeFile(filePath: string): string {
  const fd = fs.openSync(filePath, READ_FLAGS)
  try {
    if (!fs.fstatSync(fd).isFile()) throw new Error('it is not a regular file')
    return fs.readFileSync(fd, 'utf8')
  } finally {
    fs.closeSync(fd)
  }
}

function isReadOnlyFileSystem(error: unknown): boolean {
  return ((error as StorageError).cause as NodeJS.ErrnoException | undefined)?.code === 'EROFS'
}

interface FsNativeExtensions {
  readonly tryLock: (fd: number, offset: number, length: number) => boolean
  readonly unlock: (fd: number, offset: number, length: number) => void
}

/** The real file system. */
export const nodeDisk: Disk = {
  open(filePath, options) {
    const flags = fs.constants.O_RDWR | (options?.create === true ? fs.constants.O_CREAT : 0)
    try {
      return new NodeDiskFile(
        filePath,
        onDisk('open', filePath, () => fs.openSync(filePath, flags, 0o644)),
      )
    } catch (error) {
      if (!isReadOnlyFileSystem(error) || !fs.existsSync(filePath)) throw error
      return new NodeDiskFile(
        filePath,
        onDisk('open', filePath, () => fs.openSync(filePath, fs.constants.O_RDONLY)),
        null,
      )
    }
  },
  openForReading(filePath) {
    return new NodeDiskFile(
      filePath,
      onDisk('open', filePath, () => fs.openSync(filePath, READ_FLAGS)),
    )
  },
  exists: filePath => fs.existsSync(filePath),
  sizeBytes: filePath => onDisk('stat', filePath, () => fs.statSync(filePath, { throwIfNoEntry: false })?.size ?? null),
  modifiedMs: filePath =>
    onDisk('stat', filePath, () => fs.statSync(filePath, { throwIfNoEntry: false })?.mtimeMs ?? null),
  list: folder => onDisk('list', folder, () => (fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [])),
  isFolder: filePath =>
    onDisk('stat', filePath, () => fs.statSync(filePath, { throwIfNoEntry: false })?.isDirectory() ?? false),
  makeFolder: folder => void onDisk('make folder', folder, () => fs.mkdirSync(folder, { recursive: true })),
  remove: filePath => onDisk('remove', filePath, () => fs.rmSync(filePath, { recursive: true, force: true })),
  removeFile: filePath =>
    onDiskLater('remove', filePath, async () => {
      try {
        await unlink(filePath)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }),
  rename: (from, to) => onDisk('rename', from, () => fs.renameSync(from, to)),
  renameLater: (from, to) => onDiskLater('rename', from, () => renameAsync(from, to)),
  readText: filePath => onDisk('read', filePath, () => (fs.existsSync(filePath) ? readWholeFile(filePath) : null)),
  writeText(filePath, text) {
    onDisk('write', filePath, () => {
      const temporaryPath = `${filePath}.tmp`
      fs.writeFileSync(temporaryPath, text, { flush: true })
      fs.renameSync(temporaryPath, filePath)
    })
    nodeDisk.syncFolder(path.dirname(filePath))
  },
  syncFolder(folder) {
    onDisk('sync', folder, () => {
      const fd = fs.openSync(folder, 'r')
      try {
        fs.fsyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
    })
  },
  datasyncFolder: folder =>
    onDiskLater('sync', folder, async () => {
      const fd = fs.openSync(folder, 'r')
      try {
        await fsync(fd)
      } finally {
        fs.closeSync(fd)
      }
    }),
  // Node has no syncfs; the command does nothing else. What fails there fails again where files are synced one by one.
  syncFileSystem: folder =>
    new Promise(resolve => {
      if (process.platform !== 'linux') resolve(false)
      else execFile('sync', ['-f', folder], error => resolve(error === null))
    }),
  space: filePath => onDisk('stat the file system of', filePath, () => spaceOf(fs.statfsSync(filePath))),
  lock(filePath) {
    return onDisk('lock', filePath, () => {
      // Loaded when it is needed: the addon costs a few milliseconds that a NameServer never owes.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { tryLock, unlock } = require('fs-native-extensions') as FsNativeExtensions
      const fd = fs.openSync(filePath, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644)
      if (!tryLock(fd, 0, 1)) {
        fs.closeSync(fd)
        return null
      }
      let held = true
      return {
        stop: () => {
          if (held) {
            held = false
            unlock(fd, 0, 1)
            fs.closeSync(fd)
          }
          return Promise.resolve()
        },
      }
    })
  },
}

type Blocks = Pick<fs.StatsFs, 'bavail' | 'bfree' | 'blocks' | 'bsize'>

/** What is reserved for root, or beyond a quota, is neither used nor to be had: it counts as nothing. Source: common/UtilAll.java */
export function spaceOf({ blocks, bfree, bavail, bsize }: Blocks): DiskSpace {
  return { totalBytes: (blocks - bfree + bavail) * bsize, availableBytes: bavail * bsize }
}
