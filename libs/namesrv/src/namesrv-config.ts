import * as os from 'node:os'
import * as path from 'node:path'
import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'

const inHome = (name: string): string => path.join(os.homedir(), 'namesrv', name)

/** Java's keys that we act on. Source: common/namesrv/NamesrvConfig.java, remoting/netty/NettyServerConfig.java */
export const namesrvConfigSchema = z.object({
  listenPort: restartOnly(wholeNumber({ max: 65_535 }).default(9876)).describe('port to listen on; 0 takes a free one'),
  rocketmqHome: restartOnly(z.string().default('')).describe('folder that holds conf and logs'),
  kvConfigPath: restartOnly(z.string().min(1).default(inHome('kvConfig.json'))).describe(
    'file of the name-value pairs that admin tools put here',
  ),
  configStorePath: restartOnly(z.string().min(1).default(inHome('namesrv.properties'))).describe(
    'file that an update at runtime writes when none was given at the start',
  ),
  orderMessageEnable: trueOrFalse().default(false).describe('routes of ordered topics carry their queue counts'),
  returnOrderTopicConfigToBroker: trueOrFalse()
    .default(true)
    .describe('the answer to a registration tells which topics are ordered'),
  scanNotActiveBrokerInterval: restartOnly(wholeNumber({ min: 1 }).default(5000)).describe(
    'ms between two looks for brokers that have gone silent',
  ),
  supportActingMaster: trueOrFalse()
    .default(false)
    .describe('a route shows the first slave as master while the master is lost'),
  notifyMinBrokerIdChanged: trueOrFalse()
    .default(false)
    .describe('brokers are told when the smallest broker id of their name changes'),
  enableAllTopicList: trueOrFalse().default(true).describe('GET_ALL_TOPIC_LIST_FROM_NAMESERVER is answered'),
  enableTopicList: trueOrFalse()
    .default(true)
    .describe('lists of the topics of a cluster, and of unit topics, are answered'),
  deleteTopicWithBrokerRegistration: trueOrFalse()
    .default(false)
    .describe('a topic that a broker no longer registers loses its queues there'),
  needWaitForService: trueOrFalse()
    .default(false)
    .describe('routes are refused after the start until waitSecondsForService are over'),
  waitSecondsForService: wholeNumber().default(45).describe('seconds that needWaitForService waits'),
  configBlackList: restartOnly(z.string().default('configBlackList;configStorePath;kvConfigPath')).describe(
    'keys that no update at runtime may touch, separated by semicolons',
  ),
})
export type NamesrvConfig = Readonly<z.infer<typeof namesrvConfigSchema>>

/** Keys that no update may touch, whatever `configBlackList` says. */
export const namesrvConfigBlackList: readonly string[] = [
  'configBlackList',
  'configStorePath',
  'kvConfigPath',
  'rocketmqHome',
]

/** Java's other keys with Java's defaults: sizes of thread pools and of Netty's buffers, which are not here. */
export const namesrvKnownWithoutEffect: Readonly<Record<string, string | null>> = {
  clientRequestThreadPoolNums: '8',
  clientRequestThreadPoolQueueCapacity: '50000',
  clusterTest: 'false',
  defaultThreadPoolNums: '16',
  defaultThreadPoolQueueCapacity: '10000',
  enableControllerInNamesrv: 'false',
  productEnvName: 'center',
  serverCallbackExecutorThreads: '0',
  serverNettyWorkerGroupEnable: 'true',
  serverPooledByteBufAllocatorEnable: 'true',
  serverSelectorThreads: '3',
  serverSocketRcvBufSize: '0',
  serverSocketSndBufSize: '0',
  serverWorkerThreads: '8',
  unRegisterBrokerQueueCapacity: '3000',
  useEpollNativeSelector: 'false',
}
