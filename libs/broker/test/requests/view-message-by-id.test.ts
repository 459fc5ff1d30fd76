import { RequestCode } from '@rocketmq-ts/protocol'
import { viewMessageById } from '../../src/requests/view-message-by-id'
import { ask } from '../support/ask'

const record = Buffer.from('a record')
const view = viewMessageById({ store: { readRecord: offset => Promise.resolve(offset === 240 ? record : null) } })
const at = (offset: string) => ask(view, { code: RequestCode.VIEW_MESSAGE_BY_ID, extFields: { topic: 'GA', offset } })

test('the record that begins there is the answer', async () => {
  expect(await at('240')).toMatchObject({ code: 0, remark: null, extFields: null, body: record })
})

test.each(['99999999', '241', '-1'])('%s, where none begins, is refused', async offset => {
  const remark = `can not find message by the offset, ${offset}`
  expect(await at(offset)).toMatchObject({ code: 1, remark, extFields: null, body: null })
})

test('an offset that is none is refused', async () => {
  expect(await at('x')).toMatchObject({ code: 1 })
})
