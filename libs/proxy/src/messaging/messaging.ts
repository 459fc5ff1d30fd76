import type { Clock, Log } from '@rocketmq-ts/base'
import { Administration } from './administration'
import type { Brokers } from './brokers'
import { DeadLetters } from './dead-letters'
import { ConsumerGroups } from './consumer-groups'
import { endTransaction } from './end-transaction'
import type { TransactionEnd } from './end-transaction'
import { findMessages } from './find-messages'
import type { FoundMessage, MessageQuestion } from './find-messages'
import { LiteSubscriptions } from './lite/lite-subscriptions'
import type { LiteSubscriptionsConfig } from './lite/lite-subscriptions'
import { LiteTopics } from './lite/lite-topics'
import { Metadata } from './metadata'
import type { MetadataLimits } from './metadata'
import type { MessageToSend } from './message-to-send'
import type { ReceivedMessage } from './popped-messages'
import { QueueChoice } from './queue-choice'
import { Queues } from './queues'
import { recallMessage } from './recall-message'
import { receiveMessages } from './receive-messages'
import type { ReceiveRequest } from './receive-messages'
import { Receipts } from './receipts'
import type { ReceiptsDeps } from './receipts'
import { requireFitting } from './require-fitting'
import type { RequireFitting } from './require-fitting'
import { sendMessages } from './send-messages'
import type { SentMessage } from './send-messages'
import { Traffic } from './traffic'

/** What clients can do, whichever protocol they speak and wherever the brokers are: all that a face knows of them. */
export interface Messaging {
  readonly metadata: Metadata
  readonly requireFitting: RequireFitting
  send(messages: readonly [MessageToSend, ...MessageToSend[]]): Promise<readonly SentMessage[]>
  receive(request: ReceiveRequest): Promise<readonly ReceivedMessage[]>
  readonly receipts: Receipts
  readonly queues: Queues
  endTransaction(end: TransactionEnd): Promise<void>
  recall(topic: string, recallHandle: string): Promise<string>
  find(question: MessageQuestion): Promise<readonly FoundMessage[]>
  readonly administration: Administration
  readonly deadLetters: DeadLetters
  readonly consumerGroups: ConsumerGroups
  readonly traffic: Traffic
  readonly liteSubscriptions: LiteSubscriptions
  readonly liteTopics: LiteTopics
  readonly link: Brokers['link']
}

export interface MessagingConfig extends LiteSubscriptionsConfig {
  readonly enableTopicMessageTypeCheck: boolean
  readonly metadata: MetadataLimits
  readonly batchesAcks: ReceiptsDeps['batchesAcks']
}

export interface MessagingDeps {
  readonly brokers: Brokers
  readonly clock: Pick<Clock, 'monotonicMs' | 'nowMs'>
  readonly log: Log
}

export function createMessaging(config: MessagingConfig, deps: MessagingDeps): Messaging {
  const { brokers } = deps
  const metadata = new Metadata(config.metadata, deps)
  const receipts = new Receipts({ ...deps, batchesAcks: config.batchesAcks })
  const fitting = requireFitting({ metadata, config })
  const traffic = new Traffic(deps)
  const rooms = { ...deps, config, metadata, receipts, requireFitting: fitting, queueChoice: new QueueChoice(deps) }
  return {
    metadata,
    requireFitting: fitting,
    receipts,
    queues: new Queues({ ...deps, metadata }),
    send: traffic.countingIn(sendMessages(rooms)),
    receive: traffic.countingOut(receiveMessages(rooms)),
    endTransaction: endTransaction(rooms),
    recall: recallMessage(rooms),
    find: findMessages(rooms),
    administration: new Administration(deps),
    deadLetters: new DeadLetters({ ...deps, metadata }),
    consumerGroups: new ConsumerGroups(deps),
    traffic,
    liteSubscriptions: new LiteSubscriptions(config, { ...deps, metadata }),
    liteTopics: new LiteTopics(deps),
    link: client => brokers.link(client),
  }
}
