export { isConnectionCut, sendUntilCut } from './acknowledged-sends'
export type { AcknowledgedMessage, SenderOptions } from './acknowledged-sends'
export { Cluster } from './cluster'
export type { ClusterOptions, ClusterServer } from './cluster'
export { freePortBlock } from './free-ports'
export { writeLargeStore } from './large-store'
export type { LargeStore, LargeStoreOptions } from './large-store'
export { openFilesMax } from './open-files'
export { writePropertiesFile } from './properties-file'
export type { Properties } from './properties-file'
export { ProxyServer } from './proxy-server'
export type { ProxyServerOptions } from './proxy-server'
export { queueProblems, topicProblems } from './queue-problems'
export { Random } from './random'
export { RawConnection } from './raw-connection'
export { RawGrpcClient } from './raw-grpc-client'
export type { GrpcAnswer, GrpcAsking } from './raw-grpc-client'
export { RedisServer } from './redis-server'
export { builtExecutable, javaServers, ourServers, workspaceRoot } from './server-kind'
export type { JavaRelease, ServerFiles, ServerKind } from './server-kind'
export { ServerProcess } from './server-process'
export type { ExitStatus, ServerLaunch } from './server-process'
export { Standalone } from './standalone'
export { TestClient } from './test-client'
export type {
  CommittedOffset,
  HeaderFormat,
  PullRequest,
  TestMessage,
  TestPullResult,
  TestSendResult,
} from './test-client'
export { TestPopper } from './test-popper'
export type { PoppedMessage, PopWish, Receipt, TestPopperOptions } from './test-popper'
export { useClusters } from './use-clusters'
