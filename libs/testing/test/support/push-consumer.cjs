/**
 * `node push-consumer.cjs ENDPOINTS TOPIC GROUP`: the official push consumer, in a process of its own as it keeps one
 * alive. Writes a line for each message, `BODY ATTEMPT`; fails with the first attempt at `bad`, and never ends that at
 * `endless`.
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
      const trouble = deliveryAttempt === 1 ? body.toString() : ''
      if (trouble === 'endless') return new Promise(nothing)
      return trouble === 'bad' ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS
    },
  },
})
void consumer.startup()
