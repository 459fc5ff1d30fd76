import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { readStoredMessage } from '@rocketmq-ts/protocol'
import { createFileMessageStore, messageStoreConfigSchema } from '../src'
import type { GetMessageResult, MessageStore, MessageToStore, PutMessageResult } from '../src'

const temporaryFolder = useTemporaryFolders()
const host = Buffer.from([127, 0, 0, 1, 0, 0, 0x2a, 0x9f])

function open(folder: string): MessageStore {
  const config = messageStoreConfigSchema.parse({ storePathRootDir: folder, mappedFileSizeCommitLog: 1024 ** 2 })
  return createFileMessageStore(config, {
    clock: systemClock,
    disk: nodeDisk,
    log: silentLog,
    storeHost: host,
    delayMsOfLevel: level => level * 1000,
  })
}

function message(text: string, queueId = 0): MessageToStore {
  return {
    topic: 'TopicA',
    queueId,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1,
    bornHost: host,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from(text),
    properties: Buffer.from('TAGS\x01TagA\x02'),
    tagsCode: 2598919,
    waitStoreMessageOk: true,
  }
}

function put(store: MessageStore, text: string, queueId = 0): Promise<PutMessageResult> {
  return new Promise(resolve => store.put(message(text, queueId), { onPut: result => resolve({ ...result }) }))
}

function get(store: MessageStore, queueOffset: number): Promise<GetMessageResult> {
  return new Promise((resolve, reject) =>
    store.get(
      { topic: 'TopicA', queueId: 0, queueOffset, messageCountMax: 32, bytesMax: null, filter: null },
      { onGet: resolve, onGetFailed: reject },
    ),
  )
}

test('what was put is got, before and after a restart', async () => {
  const folder = temporaryFolder()
  let store = open(folder)
  await store.start()
  for (let index = 0; index < 10; index += 1) {
    expect(await put(store, `message ${index}`)).toMatchObject({ status: 'PUT_OK', queueOffset: index })
  }
  for (const restarted of [false, true]) {
    if (restarted) {
      await store.stop()
      store = open(folder)
      await store.start()
    }
    const result = await get(store, 3)
    expect(result).toMatchObject({ status: 'FOUND', messageCount: 7, nextBeginOffset: 10, minOffset: 0, maxOffset: 10 })
    const records = Buffer.concat(result.parts)
    expect(readStoredMessage(records, 0).body.toString()).toBe('message 3')
    result.release()
  }
  await store.stop()
})

test('a queue without messages says so, whether or not it has files', async () => {
  const store = open(temporaryFolder())
  await store.start()
  const empty = { status: 'NO_MESSAGE_IN_QUEUE', nextBeginOffset: 0, minOffset: 0, maxOffset: 0, messageCount: 0 }
  expect(await get(store, 0)).toMatchObject(empty)
  expect(await get(store, 5)).toMatchObject(empty)
  await put(store, 'message', 1)
  expect(await get(store, 0)).toMatchObject(empty)
  await store.stop()
})
