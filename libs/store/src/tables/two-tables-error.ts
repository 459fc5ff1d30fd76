import { StorageError } from '@rocketmq-ts/base'

/** A broker that knows nothing of the database has worked in the folder. */
export class TwoTablesError extends StorageError {
  override readonly code = 'RMQ_TWO_TABLES'

  constructor(json: string, database: string) {
    super(
      `${json} was written while the database ${database} had the table, by a broker that does not know it: move the ` +
        'one that is not to count away, the file with its .bak',
    )
  }
}
