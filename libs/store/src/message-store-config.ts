import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'
import { DELETE_WHEN } from './cleaning/delete-when'
import { timerConfigShape } from './timer/timer-config'

/** Java's keys and defaults, so a broker.conf written for Java works. Source: store/config/MessageStoreConfig.java */
export const messageStoreConfigSchema = z.object({
  storePathRootDir: z.string().default('').describe('folder of the store; empty: `store` in the home folder'),
  storePathCommitLog: restartOnly(z.string().default('')).describe(
    'folder of the CommitLog, or several with `,` between, which get its files in turns; empty: `commitlog` in the store',
  ),
  readOnlyCommitLogStorePaths: restartOnly(z.string().default('')).describe(
    'with several folders of the CommitLog: those that get no new files, and may stand here only',
  ),
  mappedFileSizeCommitLog: wholeNumber({ min: 4096 })
    .default(1024 ** 3)
    .describe('bytes of a CommitLog file'),
  mappedFileSizeConsumeQueue: wholeNumber({ min: 20 })
    .default(6_000_000)
    .describe('bytes of a ConsumeQueue file, rounded up to whole entries of 20 bytes'),
  storeType: restartOnly(z.enum(['default', 'kv']).default('default')).describe(
    "what keeps the queues: `default` Java's files, `kv` one database for very many queues; Java's RocksDB is not served",
  ),
  mapperFileSizeBatchConsumeQueue: wholeNumber({ min: 46 })
    .default(13_800_000)
    .describe(
      'bytes of a ConsumeQueue file for topics of batches (queue.type=BatchCQ), rounded up to whole entries of 46 bytes',
    ),
  enableConsumeQueueExt: restartOnly(trueOrFalse().default(false)).describe(
    'keep tags codes and store times of messages beside their ConsumeQueues, where SQL filters will look',
  ),
  mappedFileSizeConsumeQueueExt: wholeNumber({ min: 64 })
    .default(48 * 1024 ** 2)
    .describe('bytes of a file beside a ConsumeQueue'),
  enableLmq: restartOnly(trueOrFalse().default(false)).describe(
    'light queues: a message may be in further queues than its own, which are named in it; lite topics are such queues',
  ),
  enableMultiDispatch: restartOnly(trueOrFalse().default(false)).describe(
    'the same switch again: only with both are there light queues',
  ),
  enableLmqQuota: trueOrFalse().default(false).describe('maxLmqConsumeQueueNum is a limit'),
  maxLmqConsumeQueueNum: wholeNumber({ min: 1 })
    .default(20_000)
    .describe('light queues; with enableLmqQuota a message that would make one more is refused'),
  maxMessageSize: wholeNumber({ min: 1 })
    .default(4 * 1024 ** 2)
    .describe('bytes a body may have'),
  maxTopicLength: wholeNumber({ min: 1, max: 127 }).default(127).describe('bytes a topic name may have, %RETRY% aside'),
  autoMessageVersionOnTopicLen: trueOrFalse()
    .default(true)
    .describe('store topics over 127 bytes as records of version 2'),

  flushDiskType: z
    .enum(['ASYNC_FLUSH', 'SYNC_FLUSH'])
    .default('ASYNC_FLUSH')
    .describe('when a send is answered: bytes in the page cache, or on the disk'),
  syncFlushTimeout: wholeNumber({ min: 1 }).default(5000).describe('ms until a waiting send gets FLUSH_DISK_TIMEOUT'),
  flushIntervalCommitLog: wholeNumber({ min: 1 }).default(500).describe('ms between flushes with ASYNC_FLUSH'),
  flushCommitLogLeastPages: wholeNumber().default(4).describe('pages of 4 KiB that make a flush worth it'),
  flushCommitLogThoroughInterval: wholeNumber().default(10_000).describe('ms after which fewer pages are flushed too'),
  flushIntervalConsumeQueue: wholeNumber({ min: 1 }).default(1000).describe('ms between writes of ConsumeQueues'),
  flushConsumeQueueThoroughInterval: wholeNumber()
    .default(60_000)
    .describe('ms within which all ConsumeQueues are on the disk and the checkpoint moves'),

  maxTransferBytesOnMessageInMemory: wholeNumber()
    .default(256 * 1024)
    .describe('bytes of one pull from memory'),
  maxTransferCountOnMessageInMemory: wholeNumber({ min: 1 }).default(32).describe('messages of one pull from memory'),
  maxTransferBytesOnMessageInDisk: wholeNumber()
    .default(64 * 1024)
    .describe('bytes of one pull from the disk'),
  maxTransferCountOnMessageInDisk: wholeNumber({ min: 1 }).default(8).describe('messages of one pull from the disk'),
  accessMessageInMemoryMaxRatio: wholeNumber({ max: 100 })
    .default(40)
    .describe('percent of the RAM within which the end of the log counts as in memory'),
  maxFilterMessageSize: wholeNumber().default(16_000).describe('bytes of ConsumeQueue entries one pull may filter'),

  messageIndexEnable: trueOrFalse().default(true).describe('make index files, by which messages are found by key'),
  indexFileWriteEnable: trueOrFalse().default(true).describe('false: as messageIndexEnable=false'),
  indexFileReadEnable: trueOrFalse().default(true).describe('false: no message is found by key'),
  messageIndexSafe: trueOrFalse().default(false).describe('no difference: a start always makes what an index lacks'),
  maxHashSlotNum: restartOnly(wholeNumber({ min: 1, max: 100_000_000 }).default(5_000_000)).describe(
    'slots of an index file; index files of another size are made again',
  ),
  maxIndexNum: restartOnly(wholeNumber({ min: 2, max: 500_000_000 }).default(20_000_000)).describe(
    'entries of an index file, in the same way',
  ),
  maxMsgsNumBatch: wholeNumber({ min: 1 }).default(64).describe('messages that one query by key finds'),
  defaultQueryMaxNum: wholeNumber({ min: 1 }).default(32).describe('messages that a query by unique key finds'),

  enabledAppendPropCRC: restartOnly(trueOrFalse().default(false)).describe(
    'append a CRC over the whole record to its properties',
  ),
  forceVerifyPropCRC: restartOnly(trueOrFalse().default(false)).describe(
    'records get a CRC over the whole record, and recovery checks it where there is one',
  ),
  checkCRCOnRecover: trueOrFalse().default(true).describe('check the CRC of each body that recovery reads'),
  checkCRCOnColdRead: trueOrFalse()
    .default(false)
    .describe('check the CRC of each body that is read from the disk to be served; what fails is left out, and logged'),
  diskSpaceWarningLevelRatio: wholeNumber({ max: 100 })
    .default(90)
    .describe('percent of the disk above which sends are refused (35 to 90)'),
  diskSpaceCleanForciblyRatio: wholeNumber({ max: 100 })
    .default(85)
    .describe(
      'percent of the disk at or below which sends are accepted again, and no file is deleted early (30 to 85)',
    ),
  cleanResourceInterval: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'ms between looks at the disk, and between rounds of cleaning',
  ),

  fileReservedTime: wholeNumber()
    .default(72)
    .describe('hours that a CommitLog file is kept after it was last written to'),
  deleteWhen: z
    .string()
    .regex(DELETE_WHEN, 'hours from 00 to 23 with `;` between')
    .default('04')
    .describe('hours of the day, with `;` between, at which CommitLog files are deleted that were kept long enough'),
  diskMaxUsedSpaceRatio: wholeNumber({ max: 100 })
    .default(75)
    .describe('percent of the disk above which they are deleted at any hour (10 to 95)'),
  cleanFileForciblyEnable: trueOrFalse()
    .default(true)
    .describe('above diskSpaceCleanForciblyRatio delete the oldest CommitLog files, however old they are'),
  deleteFileBatchMax: wholeNumber({ min: 1 }).default(10).describe('CommitLog files that are deleted in one round'),
  deleteCommitLogFilesInterval: wholeNumber()
    .default(100)
    .describe('ms between one file of the CommitLog and the next'),
  deleteConsumeQueueFilesInterval: wholeNumber()
    .default(100)
    .describe('ms between the files of one ConsumeQueue and those of the next'),
  destroyMapedFileIntervalForcibly: wholeNumber()
    .default(120_000)
    .describe('ms that the deletion of a CommitLog file waits for those who read it'),
  redeleteHangedFileInterval: wholeNumber()
    .default(120_000)
    .describe('ms until the deletion of a CommitLog file is tried again that the disk refused'),

  ...timerConfigShape,

  hotTailBytes: wholeNumber({ min: 1024 ** 2 })
    .default(64 * 1024 ** 2)
    .describe('bytes of the newest part of the CommitLog that are served from memory'),
  consumeQueueTailBytes: wholeNumber({ min: 1024 ** 2 })
    .default(32 * 1024 ** 2)
    .describe('bytes of the newest ConsumeQueue entries, all queues together, that are served from memory'),
})

export type MessageStoreConfig = Readonly<z.infer<typeof messageStoreConfigSchema>>
