import { existsSync, readFileSync } from 'node:fs'
import * as path from 'node:path'

/** What Java's store warns of in a directory of its own too: seen with Java's brokers at both ends. */
const OWN_COMPLAINTS: readonly RegExp[] = [
  /Load default HA Service/,
  /interrupted, (?:this may caused|possibly) by shutdown/,
  // The zeros behind the newest record, and the queues cut where they end already.
  /found a illegal magic code 0x0$/,
  /maxPhyOffsetOfConsumeQueue\((\d+)\) >= processOffset\(\1\)/,
  // An index file is full: they are small here.
  /Over index file capacity/,
  /is full, trying to create another one/,
  // A slow machine, not a wrong byte.
  /(?:spent|cost|eclipse) time|cost \d+ ?ms/,
]

const LEVELS = / (?:WARN|ERROR) /

/** The log of Java's store, as far as it complains. */
export class JavaStoreLog {
  private readonly file: string
  private readChars = 0

  /** `home` is the folder that the broker takes for its user's. */
  constructor(home: string) {
    this.file = path.join(home, 'logs', 'rocketmqlogs', 'store.log')
  }

  /** Warnings and errors since the last call, without those. */
  newComplaints(): readonly string[] {
    if (!existsSync(this.file)) return [`no ${this.file}: Java's store did not log`]
    const text = readFileSync(this.file, 'utf8')
    const lines = text.slice(this.readChars).split('\n')
    this.readChars = text.length
    return lines.filter(line => LEVELS.test(line) && !OWN_COMPLAINTS.some(complaint => complaint.test(line)))
  }
}
