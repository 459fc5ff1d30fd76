import * as path from 'node:path'
import { nodeDisk, silentLog } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { loadConfig } from '@rocketmq-ts/config'
import { remotingConfigSchema } from '@rocketmq-ts/remoting'
import { createNamesrv, namesrvConfigBlackList, namesrvConfigSchema, namesrvKnownWithoutEffect } from '../../src'
import type { Namesrv } from '../../src'
import { AskingConnection } from './asking-connection'

/** A NameServer of a test, on a port of its own, whose clock the test turns. */
export interface TestNamesrv {
  readonly namesrv: Namesrv
  readonly clock: FakeClock
  readonly folder: string
  /** A new connection to it. */
  readonly connect: () => Promise<AskingConnection>
}

export interface NamesrvOptions {
  readonly folder?: string
  readonly keys?: Readonly<Record<string, string>>
}

/** Call once at the top of a test file: what it starts is stopped after each test, and its files removed. */
export function useNamesrvs(): (options?: NamesrvOptions) => Promise<TestNamesrv> {
  const newFolder = useTemporaryFolders()
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })
  return async ({ folder = newFolder(), keys = {} } = {}) => {
    const clock = new FakeClock()
    const namesrv = createNamesrv(configOf(folder, keys, clock), { clock, disk: nodeDisk, log: silentLog })
    await namesrv.start()
    stops.push(() => namesrv.stop())
    const connect = async (): Promise<AskingConnection> => {
      const connection = await AskingConnection.open(namesrv.port)
      stops.push(() => connection.close())
      return connection
    }
    return { namesrv, clock, folder, connect }
  }
}

function configOf(folder: string, keys: Readonly<Record<string, string>>, clock: FakeClock) {
  const files = {
    kvConfigPath: path.join(folder, 'kvConfig.json'),
    configStorePath: path.join(folder, 'namesrv.properties'),
  }
  return loadConfig(
    {
      service: 'namesrv',
      schemas: [remotingConfigSchema, namesrvConfigSchema],
      knownWithoutEffect: namesrvKnownWithoutEffect,
      overrides: { bindAddress: '127.0.0.1', listenPort: '0', ...files, ...keys },
      blackList: namesrvConfigBlackList,
    },
    { disk: nodeDisk, clock },
  )
}
