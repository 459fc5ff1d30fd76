export type { Channel, ChannelEventListener } from './channel'
export {
  AnswerTooLargeError,
  BadFrameError,
  ConnectFailedError,
  ConnectionLostError,
  ListenFailedError,
  RemotingTimeoutError,
  SlowPeerError,
  TooManyRequestsError,
} from './errors'
export { FrameSplitter } from './frame-splitter'
export { Handshake } from './handshake/handshake'
export type { HandshakeContext } from './handshake/handshake'
export { InProcessConnection } from './in-process-connection'
export type { InProcessConnectionDeps } from './in-process-connection'
export { RemotingClient } from './remoting-client'
export type { RemotingClientDeps } from './remoting-client'
export { remotingConfigSchema } from './remoting-config'
export type { RemotingConfig } from './remoting-config'
export { RemotingServer } from './remoting-server'
export type { RemotingServerDeps } from './remoting-server'
export { RemotingStatistics } from './remoting-statistics'
export { answering } from './request-handler'
export type { RemotingRequest, RequestHandler, RequestHandlers } from './request-handler'
export { peerOf, readHostAndPort } from './socket-address'
export type { Peer } from './socket-address'
export { TlsAcceptor } from './tls/tls-acceptor'
export type { TlsConfig } from './tls/tls-config'
