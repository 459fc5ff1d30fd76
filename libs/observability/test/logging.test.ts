import * as fs from 'node:fs'
import * as path from 'node:path'
import { nodeDisk } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { loadConfig } from '@rocketmq-ts/config'
import { Logging, loggingConfigSchema } from '../src'

const temporaryFolder = useTemporaryFolders()

function start(service: string, overrides: Record<string, string>) {
  const folder = temporaryFolder()
  const config = loadConfig(
    { service, schemas: [loggingConfigSchema], overrides },
    { disk: nodeDisk, clock: new FakeClock() },
  )
  const lines: Record<string, unknown>[] = []
  const console = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }
  const logging = new Logging({ config, service, folder, console })
  return { config, folder, lines, logging, log: logging.log }
}

test('a line is one JSON object with the values, the component and the constant text', () => {
  const { log, lines } = start('broker', {})
  log.child({ component: 'commit-log', remoteAddress: '1.2.3.4:5' }).warn({ usedBytes: 7 }, 'disk is filling')
  expect(lines).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      service: 'broker',
      component: 'commit-log',
      remoteAddress: '1.2.3.4:5',
      usedBytes: 7,
      msg: 'disk is filling',
    },
  ])
})

test('the level of one component changes while it runs, for logs that were handed out before', async () => {
  const { config, log, lines } = start('broker', { logLevelByComponent: 'remoting = error' })
  const remoting = log.child({ component: 'remoting' })
  const connection = remoting.child({ remoteAddress: '1.2.3.4:5' })
  const say = () => {
    for (const one of [log, remoting, connection]) one.debug({}, 'debug')
    for (const one of [log, remoting, connection]) one.warn({}, 'warn')
    return lines.splice(0).map(({ component = 'broker', msg }) => `${component as string} ${msg as string}`)
  }
  expect(say()).toEqual(['broker warn'])
  await config.update('logLevelByComponent=remoting=debug')
  expect(say()).toEqual(['remoting debug', 'remoting debug', 'broker warn', 'remoting warn', 'remoting warn'])
  await config.update('logLevel=error\nlogLevelByComponent=')
  expect(say()).toEqual([])
})

test('a level that is chosen while it runs counts until the configuration says another', async () => {
  const { config, log, lines, logging } = start('broker', { logLevelByComponent: 'remoting=error' })
  const remoting = log.child({ component: 'remoting' })
  const said = (): unknown[] => {
    for (const one of [log, remoting]) one.debug({}, 'debug')
    return lines.splice(0).map(({ msg, component = 'broker' }) => [component, msg])
  }
  logging.changeLevel('debug')
  expect(said()).toEqual([['broker', 'debug']])
  await config.update('logLevel=warn')
  expect(said()).toEqual([])
})

test('a secret or a body that someone logs is hidden', () => {
  const { log, lines } = start('broker', {})
  log.info({ secretKey: 's3cret', body: Buffer.from('hello') }, 'oops')
  expect(lines[0]).toMatchObject({ secretKey: '[hidden]', body: '[hidden]' })
})

test('an error is logged with its stack', () => {
  const { log, lines } = start('broker', {})
  log.error({ err: new Error('boom') }, 'failed')
  expect(lines[0]).toMatchObject({ err: { type: 'Error', message: 'boom' } })
})

test('files carry the names that Java gives them', () => {
  const broker = start('broker', { logTo: 'files' })
  broker.log.info({}, 'a')
  broker.log.child({ component: 'commit-log' }).info({}, 'b')
  broker.log.child({ component: 'remoting' }).info({}, 'c')
  broker.logging.close()
  const folder = path.join(broker.folder, 'rocketmqlogs')
  expect(fs.readdirSync(folder).sort()).toEqual(['broker.log', 'remoting.log', 'store.log'])
  expect(broker.lines).toEqual([])

  const namesrv = start('namesrv', { logTo: 'both' })
  namesrv.log.child({ component: 'remoting' }).info({}, 'c')
  namesrv.logging.close()
  expect(fs.readdirSync(path.join(namesrv.folder, 'rocketmqlogs'))).toEqual(['namesrv.log'])
  expect(namesrv.lines).toHaveLength(1)
})
