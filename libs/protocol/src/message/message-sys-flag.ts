/** Bits of a message's `sysFlag`. Source: common/sysflag/MessageSysFlag.java. */
export const MessageSysFlag = {
  COMPRESSED: 0x1,
  MULTI_TAGS: 0x2,
  TRANSACTION_NOT: 0x0,
  TRANSACTION_PREPARED: 0x4,
  TRANSACTION_COMMIT: 0x8,
  TRANSACTION_ROLLBACK: 0xc,
  /** The two bits in which the transaction types above are told apart. */
  TRANSACTION_MASK: 0xc,
  BORN_HOST_V6: 0x10,
  STORE_HOST_V6: 0x20,
  NEED_UNWRAP: 0x40,
  INNER_BATCH: 0x80,
  COMPRESSION_LZ4: 0x100,
  COMPRESSION_ZSTD: 0x200,
  COMPRESSION_ZLIB: 0x300,
  /** The three bits in which the compressions above are told apart; 0 is ZLIB too, as clients before 5.0 wrote it. */
  COMPRESSION_MASK: 0x700,
} as const
