import type { TopicConfig } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { isInNamespace, withoutNamespace } from '../namespaces/resource-names'
import { topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { TopicNotFoundError } from '../../messaging/refusals'

const QUEUE_COUNT_MAX = 1024
const types = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'PRIORITY', 'LITE', 'MIXED'] as const
const topicInput = z.strictObject({
  type: z.enum(types).default('NORMAL').describe('what messages the topic is for'),
  queues: z.int().min(1).max(QUEUE_COUNT_MAX).default(4).describe('on each broker'),
})
const topicOutput = z.object({ topic: z.string(), type: z.string(), queues: z.int() })

/** Topics, on all brokers. */
export function topicRoutes(app: HttpRoutes, { messaging: { administration } }: HttpRooms): void {
  const tags = ['topics and groups']
  app.route({
    method: 'GET',
    url: '/v1/topics',
    schema: {
      ...{ tags, summary: 'All topics, of the namespace if there is one' },
      response: { 200: z.object({ topics: z.array(topicOutput) }), ...failures },
    },
    async handler({ namespace }) {
      const topics = [...(await administration.topics()).values()]
      const own = topics.filter(({ topicName }) => isInNamespace(namespace, topicName))
      return { topics: own.map(topic => shown(topic, namespace)) }
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/topics/:topic',
    schema: { ...{ tags, summary: 'One topic' }, params: topicParams, response: { 200: topicOutput, ...failures } },
    async handler({ params: { topic }, namespace }) {
      const config = (await administration.topics()).get(topic)
      if (config === undefined) throw new TopicNotFoundError(topic)
      return shown(config, namespace)
    },
  })
  app.route({
    method: 'PUT',
    url: '/v1/topics/:topic',
    schema: {
      ...{ tags, summary: 'Create a topic, or change it' },
      params: topicParams,
      body: topicInput,
      response: { 200: topicOutput, ...failures },
    },
    async handler({ params, namespace, body: { type, queues } }) {
      const topic = requireTopic({ name: params.topic })
      await administration.putTopic(topic, { type, queueCount: queues })
      return { topic: withoutNamespace(namespace, topic), type, queues }
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/topics/:topic',
    schema: {
      ...{ tags, summary: 'Delete a topic, with its messages' },
      params: topicParams,
      response: { 204: z.null(), ...failures },
    },
    async handler({ params }, reply) {
      await administration.deleteTopic(requireTopic({ name: params.topic }))
      return reply.status(204).send(null)
    },
  })
}

function shown({ topicName, attributes, writeQueueNums }: TopicConfig, namespace: string): z.infer<typeof topicOutput> {
  const topic = withoutNamespace(namespace, topicName)
  return { topic, type: attributes.get('message.type') ?? 'NORMAL', queues: writeQueueNums }
}
