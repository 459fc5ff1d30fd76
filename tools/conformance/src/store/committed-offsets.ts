import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import type { TestClient } from '@rocketmq-ts/testing'
import { eventually } from './eventually'
import type { MovingBroker } from './moving-broker'

const PLACE = { group: 'StoreGroup', topic: 'StoreTags', queueId: 0 }

/** An offset that a group commits, and that the next broker must know: what it has written to its file survives a kill. */
export class CommittedOffsets {
  private committed: number | null = null

  constructor(
    private readonly client: TestClient,
    private readonly broker: MovingBroker,
  ) {}

  /** Resolves when the broker has written the offset to its file. */
  async commit(offset: number): Promise<void> {
    await this.client.commitOffset(this.broker.address, { ...PLACE, offset })
    const file = path.join(this.broker.home, 'store', 'config', 'consumerOffset.json')
    const isWritten = await eventually(() => Promise.resolve(offsetIn(file) === offset))
    if (!isWritten) throw new Error(`${file} does not come to say ${offset}`)
    this.committed = offset
  }

  async check(): Promise<readonly string[]> {
    const offset = await this.client.queryOffset(this.broker.address, PLACE)
    return offset === this.committed ? [] : [`${offset} is known, ${this.committed} was committed`]
  }
}

function offsetIn(file: string): number | null {
  try {
    const entry = new RegExp(`"${PLACE.topic}@${PLACE.group}":\\s*\\{([^}]*)\\}`).exec(readFileSync(file, 'utf8'))?.[1]
    const offset = new RegExp(`\\b${PLACE.queueId}:(\\d+)`).exec(entry ?? '')?.[1]
    return offset === undefined ? null : Number(offset)
  } catch {
    return null // not there yet, or half written
  }
}
