/**
 * Request codes that only this broker knows: far from Java's, and small enough for a binary header. A Java broker
 * answers them REQUEST_CODE_NOT_SUPPORTED.
 */
export const OwnRequestCode = {
  START_DEAD_LETTER_REDRIVE: 24_001,
  GET_DEAD_LETTER_REDRIVES: 24_002,
  CANCEL_DEAD_LETTER_REDRIVE: 24_003,
} as const
