import { StorageError } from '@rocketmq-ts/base'

/** The table is in Java's RocksDB. */
export class RocksDbTableError extends StorageError {
  override readonly code = 'RMQ_ROCKSDB_TABLE'

  constructor(json: string, folder: string) {
    super(
      `there is no ${json}, and ${folder} holds tables of Java's RocksDB, which cannot be read here: export them with ` +
        'Java (mqadmin rocksDBConfigToJson), or move it away to start without',
    )
  }
}
