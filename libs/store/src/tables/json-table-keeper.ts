import { ConfigFile } from '@rocketmq-ts/config'
import type { ConfigFileDeps } from '@rocketmq-ts/config'
import type { KeptTable } from './kept-table'
import type { TableKeeper } from './table-keeper'

/** Keeps a table as Java does: in a JSON file that is written whole, with the one before as `.bak`. */
export class JsonTableKeeper implements TableKeeper {
  private readonly file: ConfigFile

  constructor(
    private readonly table: KeptTable,
    readonly path: string,
    deps: ConfigFileDeps,
  ) {
    this.file = new ConfigFile(path, deps)
  }

  async load(): Promise<void> {
    await Promise.resolve()
    this.file.load(text => this.table.restore(text))
  }

  save(): Promise<void> {
    return this.file.save(this.encode)
  }

  close(): Promise<void> {
    return this.file.idle()
  }

  private readonly encode = (): string => {
    this.table.takeChangedKeys() // The text has them all.
    return this.table.encode()
  }
}
