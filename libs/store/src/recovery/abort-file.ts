import type { Disk } from '@rocketmq-ts/base'

/** There while a store is open: who finds it at a start knows that the last stop was none. Source: store/DefaultMessageStore.java */
export class AbortFile {
  constructor(
    private readonly path: string,
    private readonly disk: Disk,
  ) {}

  exists(): boolean {
    return this.disk.exists(this.path)
  }

  create(): void {
    this.disk.writeText(this.path, String(process.pid))
  }

  remove(): void {
    this.disk.remove(this.path)
  }
}
