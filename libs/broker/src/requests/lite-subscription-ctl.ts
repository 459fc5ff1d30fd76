import type { Log } from '@rocketmq-ts/base'
import { liteSubscriptionCtlJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { LiteSubscription } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { Channel, RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { LiteGroups } from '../lite/lite-groups'
import { liteQueueName } from '../lite/lite-queue-names'
import { IllegalLiteSubscriptionError } from '../lite/lite-refusals'
import type { LiteSharding } from '../lite/lite-sharding'
import type { LiteSubscriptions } from '../lite/lite-subscriptions'

export interface LiteSubscriptionCtlDeps {
  readonly liteGroups: Pick<LiteGroups, 'mayConsume'>
  readonly liteSharding: Pick<LiteSharding, 'ownLiteTopics'>
  readonly liteSubscriptions: Pick<LiteSubscriptions, 'add' | 'remove' | 'replace' | 'drop'>
  readonly store: Pick<MessageStore, 'maxOffset'>
  readonly log: Log
}

/** What is complete of it. */
interface Wish {
  readonly clientId: string
  readonly group: string
  /** The parent. */
  readonly topic: string
  readonly liteTopics: readonly string[]
}

/**
 * LITE_SUBSCRIPTION_CTL: clients say which lite topics they want. Rejects with IllegalLiteSubscriptionError,
 * LiteSubscriptionsFullError, InvalidBodyError; what came before stays. Source: broker/processor/LiteSubscriptionCtlProcessor.java
 */
export function liteSubscriptionCtl(deps: LiteSubscriptionCtlDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    if (command.body === null) throw new IllegalLiteSubscriptionError('Request body is null.')
    const { subscriptionSet } = liteSubscriptionCtlJson.decode(command.body)
    if (subscriptionSet.length === 0) {
      throw new IllegalLiteSubscriptionError('LiteSubscriptionCtlRequestBody is empty.')
    }
    for (const subscription of subscriptionSet) {
      const wish = wishOf(subscription)
      if (wish === null) deps.log.warn({ remoteAddress: channel.remoteAddress }, 'a lite subscription of nobody')
      else await fulfil(wish, subscription, channel, deps)
    }
    return RemotingResponse.success()
  })
}

async function fulfil(
  wish: Wish,
  { action, offsetOption }: LiteSubscription,
  channel: Channel,
  deps: LiteSubscriptionCtlDeps,
): Promise<void> {
  const { clientId, group, topic, liteTopics } = wish
  const { liteSubscriptions } = deps
  switch (action) {
    case 'PARTIAL_ADD':
    case 'COMPLETE_ADD': {
      if (!deps.liteGroups.mayConsume(group)) {
        throw new IllegalLiteSubscriptionError('Consumer group is not allowed to consume.')
      }
      const queueNames = await ownQueues(wish, deps)
      if (!channel.isOpen) return // It would be kept for nobody.
      const subscriber = { clientId, group, topic, channel }
      if (action === 'COMPLETE_ADD') liteSubscriptions.replace(subscriber, queueNames)
      else liteSubscriptions.add(subscriber, queueNames, offsetOption)
      return
    }
    case 'PARTIAL_REMOVE':
      liteSubscriptions.remove(
        clientId,
        liteTopics.map(liteTopic => liteQueueName(topic, liteTopic)),
      )
      return
    case 'COMPLETE_REMOVE':
      liteSubscriptions.drop(clientId)
      return
    default:
      throw new IllegalLiteSubscriptionError('a subscription without an action')
  }
}

/** Of the lite topics that this broker has: messages come to it, or came before there were other brokers. */
async function ownQueues(
  { topic, liteTopics }: Wish,
  { liteSharding, store }: LiteSubscriptionCtlDeps,
): Promise<readonly string[]> {
  const isOwn = await liteSharding.ownLiteTopics(topic)
  const queueNames: string[] = []
  for (const liteTopic of liteTopics) {
    const queueName = liteQueueName(topic, liteTopic)
    if (isOwn(liteTopic) || store.maxOffset(queueName, 0) > 0) queueNames.push(queueName)
  }
  return queueNames
}

function wishOf({ clientId, group, topic, liteTopicSet }: LiteSubscription): Wish | null {
  if (isBlank(clientId) || isBlank(group) || isBlank(topic)) return null
  const liteTopics = (liteTopicSet ?? []).filter(liteTopic => liteTopic !== '')
  return { clientId, group, topic, liteTopics }
}

function isBlank(text: string | null): text is null {
  return text === null || text.trim() === ''
}
