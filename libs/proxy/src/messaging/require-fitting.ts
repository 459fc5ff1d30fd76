import { MessageProperty, messageTypeOf } from './message-to-send'
import type { Metadata } from './metadata'
import { MessageTypeConflictError } from './refusals'

export interface RequireFittingDeps {
  readonly metadata: Pick<Metadata, 'messageTypeOf'>
  readonly config: { readonly enableTopicMessageTypeCheck: boolean }
}

/** May a message with these properties go to the topic? Throws MessageTypeConflictError. */
export type RequireFitting = (topic: string, properties: ReadonlyMap<string, string>) => Promise<void>

/** Brokers take anything on any topic: what a topic is for is the proxy's to watch. */
export function requireFitting({ metadata, config }: RequireFittingDeps): RequireFitting {
  return async (topic, properties) => {
    if (!config.enableTopicMessageTypeCheck) return
    if (topic.startsWith('%RETRY%') || topic.startsWith('%DLQ%')) return
    if (properties.has(MessageProperty.TRANSFERRED)) return
    const expected = await metadata.messageTypeOf(topic)
    if (expected === 'UNSPECIFIED' || expected === 'MIXED') return // nobody knows the topic yet: its broker will say
    const actual = messageTypeOf(properties)
    if (expected !== actual) throw new MessageTypeConflictError(expected, actual)
  }
}
