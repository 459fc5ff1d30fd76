import { deflateSync } from 'node:zlib'
import { encodeFrame, RemotingCommand, RequestCode, ResponseCode, SerializeType } from '@rocketmq-ts/protocol'
import type { Cluster, ClusterServer } from '../src'
import { openFilesMax, Random, RawConnection, TestClient, useClusters } from '../src'

const SEED = Number(process.env['BAD_INPUT_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'BadInputTopic'
const MIB = 1024 * 1024
/** What a server may have resident after whatever a peer has sent it. */
const RESIDENT_BYTES_MAX = 400 * MIB

const clusters = useClusters()

/** Both servers, as both read frames from strangers. */
async function startCluster(): Promise<{ cluster: Cluster; servers: readonly ClusterServer[] }> {
  const cluster = await clusters.start()
  await withClient(client => client.createTopic(cluster.broker().address, TOPIC, 1))
  return { cluster, servers: [cluster.nameServer, cluster.broker()] }
}

async function withClient<T>(action: (client: TestClient) => Promise<T>): Promise<T> {
  const client = new TestClient()
  await client.start()
  try {
    return await action(client)
  } finally {
    await client.stop()
  }
}

/** Sends and pulls on a new connection, asks for a route, and looks at the memory. */
async function expectUnharmed({
  nameServer,
  broker,
}: {
  nameServer: ClusterServer
  broker: ClusterServer
}): Promise<void> {
  await withClient(async client => {
    const sent = await client.send(broker.address, { topic: TOPIC, queueId: 0, body: 'still here' })
    expect(sent).toMatchObject({ code: ResponseCode.SUCCESS, remark: null })
    const pulled = await client.pull(broker.address, { topic: TOPIC, queueId: 0, queueOffset: sent.queueOffset })
    expect(pulled.messages.map(message => message.body.toString())).toEqual(['still here'])
    const route = await client.ask(nameServer.address, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: TOPIC })
    expect(route.code).toBe(ResponseCode.SUCCESS)
  })
  for (const { process } of [nameServer, broker]) expect(process.residentBytes()).toBeLessThan(RESIDENT_BYTES_MAX)
}

function afterwards(cluster: Cluster): Promise<void> {
  return expectUnharmed({ nameServer: cluster.nameServer, broker: cluster.broker() })
}

function request(code: number, fields: Record<string, string> | null = {}, body: Buffer | null = null): Buffer {
  return encodeFrame(RemotingCommand.request(code, fields, body), SerializeType.JSON)
}

/** A frame around header bytes that nobody checked. */
function frameAround(serializeType: number, header: Buffer, body: Buffer = Buffer.alloc(0)): Buffer {
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + header.length + body.length, 0)
  lengths.writeUInt32BE(serializeType * 2 ** 24 + header.length, 4)
  return Buffer.concat([lengths, header, body])
}

/** Writes to a new connection, closes it, and returns the answer's code if the server answered before it closed. */
async function answerTo(address: string, bytes: Buffer): Promise<number | null> {
  const connection = await RawConnection.open(address)
  await connection.write(bytes)
  const answer = await connection.nextFrame()
  connection.close()
  return answer?.code ?? null
}

const route = request(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: TOPIC })

test(`random bytes end their connection at most (BAD_INPUT_SEED=${SEED})`, async () => {
  const { cluster, servers } = await startCluster()
  const random = new Random(SEED)
  for (const { address } of servers) {
    for (let number = 0; number < 300; number += 1) {
      const connection = await RawConnection.open(address)
      await connection.write(random.bytes(random.between(1, 2000)))
      connection.close()
    }
  }
  await afterwards(cluster)
}, 60_000)

test(`a frame with random bytes changed is answered or ends its connection (BAD_INPUT_SEED=${SEED})`, async () => {
  const { cluster, servers } = await startCluster()
  const random = new Random(SEED)
  for (const { address } of servers) {
    for (let number = 0; number < 300; number += 1) {
      const bytes = Buffer.from(route)
      for (let change = random.between(1, 5); change > 0; change -= 1) {
        bytes[random.between(8, bytes.length)] = random.between(0, 256)
      }
      await answerTo(address, Buffer.concat([bytes, route])) // the first may have become one that nobody answers
    }
  }
  await afterwards(cluster)
}, 60_000)

test('a frame cut off anywhere harms nobody', async () => {
  const { cluster, servers } = await startCluster()
  for (const { address } of servers) {
    for (let length = 1; length < route.length; length += 1) {
      const connection = await RawConnection.open(address)
      await connection.write(route.subarray(0, length))
      connection.close()
    }
  }
  await afterwards(cluster)
}, 60_000)

test('a frame that comes byte by byte is answered', async () => {
  const { cluster, servers } = await startCluster()
  for (const { address } of servers) {
    const connection = await RawConnection.open(address)
    for (const byte of route) await connection.write(Buffer.of(byte))
    expect(await connection.nextFrame()).not.toBeNull()
    connection.close()
  }
  await afterwards(cluster)
})

test.each([
  ['no bytes', 0],
  ['a negative length', -1],
  ['the smallest negative length', -(2 ** 31)],
  ['one byte more than the limit', 16 * MIB + 1],
  ['as much as can be said', 2 ** 31 - 1],
])('a frame that announces %s ends its connection', async (_, announcedBytes) => {
  const { cluster, servers } = await startCluster()
  for (const { address } of servers) {
    const connection = await RawConnection.open(address)
    const bytes = Buffer.from(route)
    bytes.writeInt32BE(announcedBytes, 0)
    await connection.write(bytes)
    await connection.closed()
  }
  await afterwards(cluster)
})

test.each([
  ['a header longer than the frame', Buffer.from('0000000f000000ff7b22636f6465223a31307d', 'hex')],
  ['a header of no bytes', frameAround(0, Buffer.alloc(0))],
  ['an unknown serialize type', frameAround(7, Buffer.from('{"code":105}'))],
  ['JSON that is none', frameAround(0, Buffer.from('{"code":'))],
  ['JSON that is a list', frameAround(0, Buffer.from('[105]'))],
  ['a header that is not UTF-8', frameAround(0, Buffer.from([0x7b, 0xff, 0xfe, 0x22, 0x7d]))],
  ['a binary header that is cut off', frameAround(1, Buffer.from([0, 105, 0]))],
  ['a binary header with a field longer than itself', binaryHeader(Buffer.from([0, 1, 0x61, 0x7f, 0xff, 0xff, 0xff]))],
  ['a binary header with a field of negative length', binaryHeader(Buffer.from([0, 1, 0x61, 0xff, 0xff, 0xff, 0xff]))],
  ['a TLS greeting that is none', Buffer.from([0x16, 3, 1, 0, 5, ...Buffer.from('hello')])],
  ['a PROXY header that is none', Buffer.from('PROXY TCP4 here there 1 99999999\r\n')],
  ['a request of another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n')],
])('%s ends its connection', async (_, frame) => {
  const { cluster, servers } = await startCluster()
  for (const { address } of servers) {
    const connection = await RawConnection.open(address)
    await connection.write(frame)
    await connection.closed()
  }
  await afterwards(cluster)
})

/** A frame of code 105 whose extFields are these bytes. */
function binaryHeader(fields: Buffer): Buffer {
  const fixed = Buffer.alloc(21)
  fixed.writeInt16BE(RequestCode.GET_ROUTEINFO_BY_TOPIC, 0)
  fixed.writeInt32BE(fields.length, 17)
  return frameAround(1, Buffer.concat([fixed, fields]))
}

test('a code that nobody serves is answered as not supported', async () => {
  const { cluster, servers } = await startCluster()
  for (const { address } of servers) {
    for (const code of [0, -1, 2, 9999, 2 ** 31 - 1]) {
      expect(await answerTo(address, request(code))).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
    }
  }
  await afterwards(cluster)
})

/** Every code with the same senseless request. Oneway in effect: some codes are never answered. */
async function sendToEveryCode(
  address: string,
  fields: Record<string, string> | null,
  body: Buffer | null,
): Promise<void> {
  const connection = await RawConnection.open(address)
  for (const code of Object.values(RequestCode)) await connection.write(request(code, fields, body))
  await connection.write(request(9999))
  let answer = await connection.nextFrame()
  while (answer !== null && answer.code !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
    answer = await connection.nextFrame()
  connection.close()
}

const FIELD_NAMES = [
  ...'abcdefghijklmn',
  ...[
    'topic',
    'consumerGroup',
    'producerGroup',
    'group',
    'groupName',
    'queueId',
    'queueOffset',
    'offset',
    'maxMsgNums',
  ],
  ...['sysFlag', 'subscription', 'subVersion', 'expressionType', 'suspendTimeoutMillis', 'commitOffset', 'timestamp'],
  ...[
    'clientID',
    'clientId',
    'brokerName',
    'brokerAddr',
    'brokerId',
    'clusterName',
    'haServerAddr',
    'delayLevel',
    'perm',
  ],
  ...[
    'readQueueNums',
    'writeQueueNums',
    'topicFilterType',
    'order',
    'attributes',
    'namespace',
    'key',
    'value',
    'originTopic',
  ],
]

test.each([
  ['no fields', null, null],
  ['empty fields', fieldsOf(''), null],
  ['numbers that are none', fieldsOf('x'), Buffer.from('x')],
  ['numbers below zero', fieldsOf('-1'), Buffer.from('[]')],
  ['numbers beyond 64 bits', fieldsOf('99999999999999999999'), Buffer.from('{}')],
  ['control characters', fieldsOf('\u0001\u0002\0'), Buffer.from('null')],
  ['very long texts', fieldsOf('%RETRY%'.repeat(150)), Buffer.from('{"a":'.repeat(1000))],
  ['bytes that are not UTF-8', fieldsOf('1'), Buffer.from([0xff, 0xfe, 0x00, 0xc0])],
])(
  'every request code survives %s',
  async (_, fields, body) => {
    const { cluster, servers } = await startCluster()
    for (const { address } of servers) await sendToEveryCode(address, fields, body)
    await withClient(client => client.createTopic(cluster.broker().address, TOPIC, 1))
    await afterwards(cluster)
  },
  30_000,
)

function fieldsOf(value: string): Record<string, string> {
  return Object.fromEntries(FIELD_NAMES.map(name => [name, value]))
}

test.each([
  ['a hundred thousand fields', `{${Array.from({ length: 100_000 }, (_, n) => `"f${n}":"v"`).join(',')}}`],
  ['fields nested a hundred thousand deep', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
  ['lists nested a hundred thousand deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['a field of a million characters', `{"topic":"${'x'.repeat(1_000_000)}"}`],
  ['the names of object prototypes', '{"__proto__":{"topic":"x"},"constructor":{"prototype":"y"},"toString":"z"}'],
  ['one field a thousand times', `{${'"topic":"x",'.repeat(1000)}"topic":"y"}`],
  ['numbers, lists and nothing for texts', '{"topic":[1,2],"queueId":{},"timestamp":1e400,"key":null}'],
])(
  'extFields with %s are answered or end their connection',
  async (_, extFields) => {
    const { cluster, servers } = await startCluster()
    for (const { address } of servers) {
      for (const code of [RequestCode.GET_ROUTEINFO_BY_TOPIC, RequestCode.SEND_MESSAGE_V2, RequestCode.PULL_MESSAGE]) {
        const header = Buffer.from(
          `{"code":${code},"flag":0,"language":"JAVA","opaque":7,"version":513,"extFields":${extFields}}`,
        )
        await answerTo(address, frameAround(0, header))
      }
    }
    await afterwards(cluster)
  },
  30_000,
)

test('a body nested deeper than any parser likes is refused', async () => {
  const { cluster, servers } = await startCluster()
  const body = Buffer.from('['.repeat(1_000_000))
  for (const { address } of servers) {
    for (const code of [RequestCode.HEART_BEAT, RequestCode.LOCK_BATCH_MQ, RequestCode.REGISTER_BROKER]) {
      await answerTo(address, request(code, { ...fieldsOf('1'), compressed: 'false', bodyCrc32: '0' }, body))
    }
  }
  await afterwards(cluster)
}, 30_000)

test('a registration that unpacks to a gigabyte does not', async () => {
  const { cluster } = await startCluster()
  const bomb = deflateSync(Buffer.alloc(1024 * MIB))
  const fields = {
    brokerName: 'b',
    brokerAddr: '127.0.0.1:1',
    clusterName: 'c',
    haServerAddr: '127.0.0.1:2',
    brokerId: '0',
  }
  await answerTo(
    cluster.nameServer.address,
    request(RequestCode.REGISTER_BROKER, { ...fields, compressed: 'true', bodyCrc32: '0' }, bomb),
  )
  await afterwards(cluster)
}, 60_000)

test.each([
  ['an item longer than the batch', (batch: Buffer) => batch.writeInt32BE(batch.length + 1, 0)],
  ['an item of negative length', (batch: Buffer) => batch.writeInt32BE(-1, 0)],
  ['an item of no length', (batch: Buffer) => batch.writeInt32BE(0, 0)],
  ['a body longer than its item', (batch: Buffer) => batch.writeInt32BE(2 ** 30, 16)],
  ['a body of negative length', (batch: Buffer) => batch.writeInt32BE(-5, 16)],
  ['properties of negative length', (batch: Buffer) => batch.writeInt16BE(-2, 24)],
])('a batch with %s is refused and nothing of it is stored', async (_, spoil) => {
  const { cluster } = await startCluster()
  const { address } = cluster.broker()
  const item = Buffer.alloc(26)
  item.writeInt32BE(26, 0)
  item.writeInt32BE(4, 16)
  item.write('body', 20)
  const batch = Buffer.concat([item, item])
  spoil(batch)
  const fields = {
    a: 'g',
    b: TOPIC,
    c: 'TBW102',
    d: '4',
    e: '0',
    f: '0',
    g: '1',
    h: '0',
    i: '',
    j: '0',
    k: 'false',
    m: 'true',
  }
  expect(await answerTo(address, request(RequestCode.SEND_BATCH_MESSAGE, fields, batch))).not.toBe(ResponseCode.SUCCESS)
  expect(await withClient(client => client.maxOffset(address, TOPIC, 0))).toBe(0)
  await afterwards(cluster)
})

test('properties that are not UTF-8 are kept as they are, or refused', async () => {
  const { cluster } = await startCluster()
  const { address } = cluster.broker()
  const header = Buffer.concat([
    Buffer.from(`{"code":310,"flag":0,"language":"JAVA","opaque":7,"version":513,"extFields":{"a":"g","b":"${TOPIC}",`),
    Buffer.from('"c":"TBW102","d":"4","e":"0","f":"0","g":"1","h":"0","j":"0","k":"false","m":"false","i":"K'),
    Buffer.from([0xff, 0xfe, 0xc0]),
    Buffer.from('"}}'),
  ])
  await answerTo(address, frameAround(0, header, Buffer.from([0xff, 0x00, 0xfe])))
  await withClient(client => client.pullAll(address, TOPIC, 0))
  await afterwards(cluster)
})

test('connections that say nothing, ten thousand if the system lets us, cost little', async () => {
  const { cluster, servers } = await startCluster()
  // Of our own open files, so that both servers, which have the same limit, have some left.
  const count = Math.min(10_000, openFilesMax() - 500)
  for (const { address, process: server } of servers) {
    const before = server.residentBytes()
    const connections: RawConnection[] = []
    while (connections.length < count) {
      connections.push(...(await Promise.all(Array.from({ length: 100 }, () => RawConnection.open(address)))))
    }
    await afterwards(cluster)
    const perConnectionBytes = (server.residentBytes() - before) / count
    process.stdout.write(`${count} silent connections: ${Math.round(perConnectionBytes)} bytes resident each\n`)
    expect(perConnectionBytes).toBeLessThan(32 * 1024)
    for (const connection of connections) connection.close()
  }
  await afterwards(cluster)
}, 120_000)

test('large frames that are announced and never finished take no more memory than has come', async () => {
  const { cluster, servers } = await startCluster()
  const begun = Buffer.alloc(64 * 1024)
  begun.writeInt32BE(15 * MIB, 0)
  for (const { address } of servers) {
    const connections = await Promise.all(Array.from({ length: 500 }, () => RawConnection.open(address)))
    await Promise.all(connections.map(connection => connection.write(begun)))
    await afterwards(cluster)
    for (const connection of connections) connection.close()
  }
}, 60_000)

test('a hundred thousand pulls that wait cost little, and end with their connection', async () => {
  const { cluster } = await startCluster()
  const { address } = cluster.broker()
  const pull = request(RequestCode.PULL_MESSAGE, {
    ...{ consumerGroup: 'g', topic: TOPIC, queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '6' },
    ...{ commitOffset: '0', suspendTimeoutMillis: '60000', subscription: '*', subVersion: '1', expressionType: 'TAG' },
  })
  const connections = await Promise.all(Array.from({ length: 4 }, () => RawConnection.open(address)))
  const pulls = Buffer.concat(Array.from({ length: 25_000 }, () => pull))
  await Promise.all(connections.map(connection => connection.write(pulls)))
  await afterwards(cluster)
  for (const connection of connections) connection.close()
  await afterwards(cluster)
}, 60_000)

test('a consumer that never reads its answers cannot raise memory', async () => {
  const { cluster } = await startCluster()
  const { address } = cluster.broker()
  await withClient(async client => {
    for (let number = 0; number < 64; number += 1) {
      await client.send(address, { topic: TOPIC, queueId: 0, body: Buffer.alloc(MIB, 'x') })
    }
  })
  const pull = request(RequestCode.PULL_MESSAGE, {
    ...{ consumerGroup: 'g', topic: TOPIC, queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '4' },
    ...{ commitOffset: '0', suspendTimeoutMillis: '0', subscription: '*', subVersion: '1', expressionType: 'TAG' },
  })
  const readers = await Promise.all(Array.from({ length: 4 }, () => RawConnection.open(address)))
  for (const reader of readers) {
    reader.stopReading()
    void reader.write(Buffer.concat(Array.from({ length: 5000 }, () => pull)))
  }
  await afterwards(cluster)
  await afterwards(cluster)
  for (const reader of readers) reader.close()
}, 60_000)
