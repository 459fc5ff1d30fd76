/**
 * `node push-consumer.cjs ENDPOINTS TOPIC GROUP`: the official push consumer, in a process of its own as it keeps one
 * alive. Writes a line for each message, `BODY ATTEMPT`, and fails with the first attempt at `bad`.
 */
const { ConsumeResult, PushConsumer } = require('rocketmq-client-nodejs')

const [endpoints, topic, consumerGroup] = process.argv.slice(2)
const nothing = () => undefined
const consumer = new PushConsumer({
  ...{ endpoints, consumerGroup, namespace: '', requestTimeout: 30_000, subscriptions: new Map([[topic, '*']]) },
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing, close: nothing },
  messageListener: {
    consume({ body, deliveryAttempt }) {
      process.stdout.write(`${body.toString()} ${deliveryAttempt}\n`)
      const isBad = body.toString() === 'bad' && deliveryAttempt === 1
      return isBad ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS
    },
  },
})
void consumer.startup()
