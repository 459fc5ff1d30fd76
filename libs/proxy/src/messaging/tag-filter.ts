import { MessageProperty } from './message-to-send'
import type { MessageFilter } from './receive-messages'

interface Tagged {
  readonly parsedProperties: ReadonlyMap<string, string>
}

/** Brokers compare hashes of tags: what is wanted after all is told from the tags themselves. */
export function isWantedBy({ type, expression }: MessageFilter): (message: Tagged) => boolean {
  if (type !== 'TAG' || expression === '*' || expression === '') return () => true
  const tags = new Set(expression.split('||').map(tag => tag.trim()))
  return ({ parsedProperties }) => {
    const tag = parsedProperties.get(MessageProperty.TAGS)
    return tag !== undefined && tags.has(tag)
  }
}
