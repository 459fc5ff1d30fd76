/** Redrives at once, each of another group; one more is refused. */
export const RUNNING_REDRIVE_COUNT_MAX = 16
/** Ended ones that are remembered; the oldest is forgotten. */
export const ENDED_REDRIVE_COUNT_MAX = 100
/** Letters that are in memory, and that may be redriven twice around a crash. */
export const STEP_LETTER_COUNT_MAX = 32
/** The highest rate that can be asked for. */
export const LETTERS_A_SECOND_COUNT_MAX = 10_000
export const REDRIVE_KEY_COUNT_MAX = 1_000
/** Letters that a dry run names. */
export const NAMED_LETTER_COUNT_MAX = 10
