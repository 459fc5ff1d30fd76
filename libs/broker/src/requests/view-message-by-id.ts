import { readViewMessageHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import { MessageNotFoundError } from '../messages/refusals'

export interface ViewMessageByIdDeps {
  readonly store: Pick<MessageStore, 'readRecord'>
}

/** VIEW_MESSAGE_BY_ID: the record that begins at an offset of the CommitLog. Source: broker/processor/QueryMessageProcessor.java */
export function viewMessageById({ store }: ViewMessageByIdDeps): RequestHandler {
  return answering(async request => {
    const { offset } = readViewMessageHeader(request.command)
    const record = await store.readRecord(offset)
    if (record === null) throw new MessageNotFoundError(`can not find message by the offset, ${offset}`)
    return RemotingResponse.success(null, record)
  })
}
