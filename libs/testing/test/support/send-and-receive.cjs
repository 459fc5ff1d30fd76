/**
 * `node send-and-receive.cjs ENDPOINTS TOPIC plain|tls`: the official client sends a message to a topic and receives it;
 * writes its body. Over TLS it trusts what GRPC_DEFAULT_SSL_ROOTS_FILE_PATH says, which must be set before it is loaded.
 */
const { Producer, SimpleConsumer } = require('rocketmq-client-nodejs')

const [endpoints, topic, how] = process.argv.slice(2)
const nothing = () => undefined
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, close: nothing }
const common = { endpoints, namespace: '', logger, requestTimeout: 30_000, sslEnabled: how === 'tls' }

async function sendAndReceive() {
  const consumerGroup = `group-of-${how}`
  const options = { ...common, consumerGroup, subscriptions: new Map([[topic, '*']]) }
  const consumer = new SimpleConsumer({ ...options, awaitDuration: 200 })
  const producer = new Producer({ ...common, topic })
  await consumer.startup()
  await consumer.receive() // a group that is new begins at the newest
  await producer.startup()
  await producer.send({ topic, body: Buffer.from(`over ${how}`) })
  let messages = []
  while (messages.length === 0) messages = await consumer.receive()
  for (const message of messages) await consumer.ack(message)
  process.stdout.write(messages.map(({ body }) => body.toString()).join())
  await Promise.all([producer.shutdown(), consumer.shutdown()])
}

sendAndReceive().then(
  () => process.exit(0),
  error => {
    process.stderr.write(String(error?.stack ?? error))
    process.exit(1)
  },
)
