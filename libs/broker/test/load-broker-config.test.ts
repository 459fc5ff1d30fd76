import { readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { brokerSchemas, loadBrokerConfig } from '../src/load-broker-config'

const temporaryFolder = useTemporaryFolders()
const DOCUMENT = path.join(__dirname, '../../../docs/configuration.md')

/** What Java's operators tune its mapped files and the page cache with. */
const MEMORY_SETTINGS: Readonly<Record<string, string>> = {
  ...{ warmMapedFileEnable: 'true', flushLeastPagesWhenWarmMapedFile: '1024', transientStorePoolEnable: 'true' },
  ...{ transientStorePoolSize: '9', fastFailIfNoBufferInStorePool: 'true', writeWithoutMmap: 'true' },
  ...{ mappedFileSwapEnable: 'false', commitLogForceSwapMapInterval: '1', commitLogSwapMapInterval: '2' },
  ...{ commitLogSwapMapReserveFileNum: '3', cleanSwapedMapInterval: '4', osPageCacheBusyTimeOutMills: '5' },
  ...{ coldDataFlowControlEnable: 'true', coldDataScanEnable: 'true', dataReadAheadEnable: 'false' },
  ...{ transferMsgByHeap: 'false', useReentrantLockWhenPutMessage: 'false', putConsumeQueueDataByFileChannel: 'false' },
}

test("Java's settings of mapped files and the page cache are taken without a warning, kept, and documented as without effect", () => {
  const file = path.join(temporaryFolder(), 'broker.conf')
  const lines = Object.entries(MEMORY_SETTINGS).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  const config = loadBrokerConfig({ file }, { disk: nodeDisk, clock: new FakeClock() })
  expect(config.warnings).toEqual([])
  const text = config.toPropertiesText()
  const withoutEffect = readFileSync(DOCUMENT, 'utf8').split('### Broker: known without effect')[1] ?? ''
  const list = withoutEffect.slice(0, withoutEffect.indexOf('###'))
  for (const [key, value] of Object.entries(MEMORY_SETTINGS)) {
    expect(text.split('\n')).toContain(`${key}=${value}`)
    expect(list).toContain(`\`${key}\``)
    expect(brokerSchemas.filter(({ shape }) => key in shape)).toEqual([])
  }
})
