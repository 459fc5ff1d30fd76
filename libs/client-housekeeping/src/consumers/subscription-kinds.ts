import type { SubscriptionData } from '@rocketmq-ts/protocol'

const RETRY_TOPIC_PREFIX = '%RETRY%'
/** Members that a report names for each kind. */
const NAMED_MEMBER_COUNT_MAX = 10

/** Members of a group that subscribe to the same. */
export interface SubscriptionKind {
  /** `TopicA TAG x || y, TopicB TAG *` */
  readonly subscriptions: string
  readonly memberCount: number
  /** Client ids of the first ones. */
  readonly members: readonly string[]
}

/**
 * What a member subscribes to, in an order of its own: the same text means the same messages. Its retry topic goes
 * without saying.
 */
export function subscriptionText(subscriptions: readonly SubscriptionData[]): string {
  return subscriptions
    .filter(({ topic }) => !topic.startsWith(RETRY_TOPIC_PREFIX))
    .map(textOf)
    .sort()
    .join(', ')
}

interface SubscribedMember {
  readonly clientId: string
  /** As `subscriptionText` puts it. */
  readonly text: string
}

/** The members by what they subscribe to, the most first. */
export function subscriptionKinds(members: readonly SubscribedMember[]): readonly SubscriptionKind[] {
  const byText = new Map<string, string[]>()
  for (const { clientId, text } of members) {
    const clientIds = byText.get(text)
    if (clientIds === undefined) byText.set(text, [clientId])
    else clientIds.push(clientId)
  }
  return [...byText]
    .map(([subscriptions, clientIds]) => ({
      subscriptions,
      memberCount: clientIds.length,
      members: clientIds.slice(0, NAMED_MEMBER_COUNT_MAX),
    }))
    .sort((a, b) => b.memberCount - a.memberCount)
}

function textOf({ topic, expressionType, subString }: SubscriptionData): string {
  const expression = subString === null || subString.trim() === '' ? '*' : subString
  return `${topic} ${expressionType} ${expressionType === 'TAG' ? sortedTags(expression) : expression}`
}

/** Tags are a set: `b||a` is `a || b`. */
function sortedTags(expression: string): string {
  const tags = expression.split('||').map(tag => tag.trim())
  return [...new Set(tags)]
    .filter(tag => tag !== '')
    .sort()
    .join(' || ')
}
