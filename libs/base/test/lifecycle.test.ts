import { inOrder, type Component } from '@rocketmq-ts/base'

function recorded(journal: string[], name: string, failing = false): Component {
  return {
    start() {
      journal.push(`start ${name}`)
      return failing ? Promise.reject(new Error(`${name} does not start`)) : Promise.resolve()
    },
    stop() {
      journal.push(`stop ${name}`)
      return Promise.resolve()
    },
  }
}

test('components start left to right and stop right to left', async () => {
  const journal: string[] = []
  const all = inOrder([recorded(journal, 'store'), recorded(journal, 'server')])
  await all.start()
  await all.stop()
  expect(journal).toEqual(['start store', 'start server', 'stop server', 'stop store'])
})

test('a start that fails stops what had started before it, and only that', async () => {
  const journal: string[] = []
  const all = inOrder([recorded(journal, 'store'), recorded(journal, 'server', true), recorded(journal, 'client')])
  await expect(all.start()).rejects.toThrow('server does not start')
  expect(journal).toEqual(['start store', 'start server', 'stop store'])
})

test('stopping twice stops each component once', async () => {
  const journal: string[] = []
  const all = inOrder([recorded(journal, 'store')])
  await all.start()
  await Promise.all([all.stop(), all.stop()])
  expect(journal).toEqual(['start store', 'stop store'])
})
