import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { assignmentRequestJson, assignmentResponseJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { AssignmentRequest, MessageQueue, SetMessageRequestMode } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { allocateForPop, allocateStrategies } from '../assignments/allocate-message-queues'
import type { MessageRequestModeTable } from '../assignments/message-request-mode-table'
import type { TopicRoutes } from '../assignments/topic-routes'
import type { BrokerConfig } from '../broker-config'
import { isRetryTopic } from '../topics/topic-names'

export interface QueryAssignmentDeps {
  readonly requestModes: Pick<MessageRequestModeTable, 'find'>
  readonly topicRoutes: Pick<TopicRoutes, 'queuesOf'>
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly config: Pick<
    BrokerConfig,
    'defaultMessageRequestMode' | 'defaultPopShareQueueNum' | 'serverLoadBalancerEnable'
  >
}

type RequestMode = Pick<SetMessageRequestMode, 'mode' | 'popShareQueueNum'>

/**
 * QUERY_ASSIGNMENT: the queues of a topic that one consumer of a group is to serve, and how. Without an answer to that
 * the consumer keeps what it has. Source: broker/processor/QueryAssignmentProcessor.java
 */
export function queryAssignment(deps: QueryAssignmentDeps): RequestHandler {
  return answering(async ({ command }) => {
    const request = assignmentRequestJson.decode(command.body)
    const requestMode = modeOf(request, deps)
    const queues = await assignedQueues(request, requestMode, deps)
    const assignments =
      queues?.map(messageQueue => ({ messageQueue, mode: requestMode.mode, attachments: null })) ?? null
    return RemotingResponse.success(null, assignmentResponseJson.encode({ messageQueueAssignments: assignments }))
  })
}

function modeOf(
  { topic, consumerGroup }: AssignmentRequest,
  { requestModes, config }: QueryAssignmentDeps,
): RequestMode {
  const given = requestModes.find(topic ?? '', consumerGroup ?? '')
  if (given !== null) return given
  if (isRetryTopic(topic ?? '')) return { mode: 'PULL', popShareQueueNum: 0 }
  return { mode: config.defaultMessageRequestMode, popShareQueueNum: config.defaultPopShareQueueNum }
}

/** Null: not known. */
async function assignedQueues(
  request: AssignmentRequest,
  { mode, popShareQueueNum }: RequestMode,
  { topicRoutes, consumers, config }: QueryAssignmentDeps,
): Promise<readonly MessageQueue[] | null> {
  const queues = await topicRoutes.queuesOf(request.topic ?? '')
  if (queues === null || request.messageModel === 'BROADCASTING' || !config.serverLoadBalancerEnable) return queues
  const members = consumers.find(request.consumerGroup ?? '')?.members()
  const allocate = allocateStrategies.get(request.strategyName ?? '')
  if (members === undefined || allocate === undefined) return null
  const clientIds = members.map(member => member.clientId).sort()
  const sharers = { clientId: request.clientId ?? '', clientIds }
  if (mode === 'POP') return allocateForPop(allocate, queues, { ...sharers, shareQueueNum: popShareQueueNum })
  return allocate(queues, sharers)
}
