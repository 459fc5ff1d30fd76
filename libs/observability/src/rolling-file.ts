import * as fs from 'node:fs'
import * as path from 'node:path'

export interface RollingFileOptions {
  /** `…/broker.log`. A full one becomes `broker.1.log`, that one `broker.2.log`, and so on. */
  readonly path: string
  readonly bytesMax: number
  /** How many full files are kept; the oldest is dropped. */
  readonly fullFileCountMax: number
}

/**
 * A log file of bounded size with Java's names. Lines are written at once and synchronously: what a crashing process
 * said last is what someone will look for. A disk that takes no line costs the line, never the process.
 */
export class RollingFile {
  private fd: number | null = null
  private sizeBytes = 0
  /** Lines that could not be written. */
  private lostCount = 0

  constructor(private readonly options: RollingFileOptions) {}

  write(line: string): void {
    try {
      const bytes = Buffer.from(line)
      if (this.fd === null) this.open()
      else if (this.sizeBytes + bytes.length > this.options.bytesMax) this.roll()
      if (this.fd !== null) this.sizeBytes += fs.writeSync(this.fd, bytes)
    } catch {
      this.lostCount += 1
    }
  }

  get lostLineCount(): number {
    return this.lostCount
  }

  close(): void {
    if (this.fd === null) return
    fs.closeSync(this.fd)
    this.fd = null
  }

  private open(): void {
    fs.mkdirSync(path.dirname(this.options.path), { recursive: true })
    this.fd = fs.openSync(this.options.path, 'a')
    this.sizeBytes = fs.fstatSync(this.fd).size
  }

  private roll(): void {
    this.close()
    fs.rmSync(this.fullFile(this.options.fullFileCountMax), { force: true })
    for (let number = this.options.fullFileCountMax - 1; number >= 1; number -= 1) {
      if (fs.existsSync(this.fullFile(number))) fs.renameSync(this.fullFile(number), this.fullFile(number + 1))
    }
    fs.renameSync(this.options.path, this.fullFile(1))
    this.open()
  }

  private fullFile(number: number): string {
    const { dir, name, ext } = path.parse(this.options.path)
    return path.join(dir, `${name}.${number}${ext}`)
  }
}
