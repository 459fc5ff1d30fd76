import * as os from 'node:os'
import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'

const LONG_MAX = Number.MAX_SAFE_INTEGER

/** Java's keys that we act on, and a few of ours. Source: proxy/config/ProxyConfig.java */
export const proxyConfigSchema = z.object({
  rocketmqHome: restartOnly(z.string().default('')).describe('folder that holds conf and logs'),
  proxyName: restartOnly(z.string().default(os.hostname())).describe('what this proxy is called'),
  proxyClusterName: restartOnly(z.string().default('DefaultCluster')).describe(
    'named by its metrics; proxies of the same name share their state, if they share a Redis',
  ),
  proxyMode: restartOnly(z.string().default('CLUSTER')).describe(
    'LOCAL: with a broker in the same process; CLUSTER: brokers are found by NameServers',
  ),
  brokerConfigPath: restartOnly(z.string().default('')).describe(
    'configuration of the broker in the same process; empty: conf/broker.conf in rocketmqHome',
  ),
  namesrvAddr: restartOnly(z.string().default('')).describe('host:port of every NameServer, separated by ;'),
  namesrvDomain: restartOnly(z.string().default('')).describe(
    'host or host:port of an address server that knows the NameServers; it is asked every two minutes, and comes before namesrvAddr',
  ),
  namesrvDomainSubgroup: restartOnly(z.string().default('')).describe(
    'what the address server is asked for, at /rocketmq/…; empty: nsaddr',
  ),
  bindAddress: restartOnly(z.string().default('0.0.0.0')).describe('address to listen on'),
  grpcServerPort: restartOnly(wholeNumber({ max: 65_535 }).default(8081)).describe(
    'port for gRPC clients; 0 takes a free one',
  ),
  remotingListenPort: restartOnly(wholeNumber({ max: 65_535 }).default(8080)).describe(
    'port for remoting clients, which use it as a NameServer; 0 takes a free one',
  ),
  remotingAccessAddr: restartOnly(z.string().default('')).describe(
    'host that remoting clients are told for all brokers; empty: one of this machine',
  ),
  grpcMaxInboundMessageSize: restartOnly(wholeNumber({ min: 1 }).default(130 * 1024 * 1024)).describe(
    'bytes that one request may have',
  ),
  grpcMaxConcurrentCallsPerConnection: restartOnly(wholeNumber({ min: 1 }).default(0x7fff_ffff)).describe(
    'calls that may run on one connection',
  ),
  grpcClientIdleTimeMills: restartOnly(wholeNumber({ min: 1 }).default(120_000)).describe(
    'ms after which a connection without calls is closed',
  ),
  tlsTestModeEnable: restartOnly(trueOrFalse().default(true)).describe(
    'the proxy makes its own certificate, which nobody vouches for',
  ),
  tlsKeyPath: restartOnly(z.string().default('')).describe(
    'private key, PEM; empty: conf/tls/rocketmq.key in rocketmqHome',
  ),
  tlsKeyPassword: restartOnly(z.string().default('')).describe('password of that key'),
  tlsCertPath: restartOnly(z.string().default('')).describe(
    'certificate chain, PEM; empty: conf/tls/rocketmq.crt in rocketmqHome',
  ),
  tlsCertWatchIntervalMs: restartOnly(wholeNumber({ min: 1000 }).default(3_600_000)).describe(
    'ms between two looks whether the certificate was renewed',
  ),
  grpcAdminAccess: z
    .enum(['nobody', 'local', 'everyone'])
    .default('local')
    .describe('ours: who may call Admin and Channelz by gRPC; `local`: callers on this machine'),
  grpcProxyRelayRequestTimeoutInSeconds: wholeNumber({ min: 1, max: 3600 })
    .default(5)
    .describe('that a client may take to answer what an administrator asks it'),
  grpcShutdownTimeSeconds: restartOnly(wholeNumber().default(30)).describe('that calls may take to end at a stop'),
  workers: restartOnly(wholeNumber({ min: 1, max: 64 }).default(1)).describe(
    'ours: processes that serve the same ports, in front of a cluster; without redisUrl each knows its own',
  ),
  httpServerPort: restartOnly(wholeNumber({ max: 65_535 }).default(8090)).describe(
    'ours: port of the HTTP API; 0 takes a free one',
  ),
  httpBodyBytesMax: restartOnly(wholeNumber({ min: 1 }).default(32 * 1024 * 1024)).describe(
    'ours: bytes that the body of one HTTP request may have',
  ),
  httpRequestsInProgressMax: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'ours: HTTP requests at a time, those that wait for messages too; more are refused for a moment',
  ),
  httpRequestsPerMinuteMax: restartOnly(wholeNumber().default(0)).describe(
    'ours: HTTP requests of one address in a minute; 0: no limit',
  ),
  httpWaitsMax: restartOnly(wholeNumber({ min: 1 }).default(5000)).describe(
    'ours: waits for messages at brokers at a time, of HTTP requests and streams; one more is refused for a moment',
  ),
  httpStreamsMax: restartOnly(wholeNumber({ min: 1 }).default(1000)).describe(
    'ours: streams over HTTP at a time, server-sent events and WebSockets; one more is refused for a moment',
  ),
  httpIdempotencyKeysMax: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'ours: Idempotency-Keys that are remembered, with the answers; the oldest is forgotten',
  ),
  httpCorsOrigins: restartOnly(z.string().default('')).describe(
    'ours: origins whose pages may use the HTTP API, separated by commas; empty: none',
  ),
  channelExpiredTimeout: wholeNumber({ min: 1000 })
    .default(120_000)
    .describe('ms after which a silent client is forgotten'),
  maxMessageSize: wholeNumber()
    .default(4 * 1024 * 1024)
    .describe('bytes that a body may have; 0: no limit here'),
  enableMessageBodyEmptyCheck: trueOrFalse().default(true).describe('messages without a body are refused'),
  maxUserPropertySize: wholeNumber()
    .default(16 * 1024)
    .describe('bytes of all user properties, tag and keys; 0: no limit here'),
  userPropertyMaxNum: wholeNumber().default(128).describe('user properties of a message; 0: no limit here'),
  maxMessageGroupSize: wholeNumber()
    .default(64)
    .describe('bytes that a message group must stay below; 0: no limit here'),
  maxLiteTopicSize: wholeNumber().default(64).describe('bytes of the name of a lite topic'),
  maxSyncLiteSubscriptionRate: restartOnly(wholeNumber({ min: 1 }).default(5000)).describe(
    'subscriptions to lite topics that all clients together may add in a second',
  ),
  maxLiteRenewNumPerChannel: wholeNumber()
    .default(100)
    .describe('messages that a client of a lite group may hold, so renewed; with more it gets no further ones'),
  maxDelayTimeMills: wholeNumber({ max: LONG_MAX })
    .default(40 * 86_400_000)
    .describe('ms that a message may be delayed, as long as the broker takes it; 0: no limit here; 86400000 in Java'),
  maxTransactionRecoverySecond: wholeNumber()
    .default(3600)
    .describe('seconds until the first check of a transaction at most'),
  enableTopicMessageTypeCheck: trueOrFalse()
    .default(true)
    .describe('a message must be of the type that its topic is for'),
  defaultInvisibleTimeMills: wholeNumber({ min: 10_000 })
    .default(60_000)
    .describe('ms that a message is hidden whose receipt the proxy renews'),
  minInvisibleTimeMillsForRecv: wholeNumber()
    .default(10_000)
    .describe('the shortest that a consumer may hide messages, in ms'),
  maxInvisibleTimeMills: wholeNumber().default(43_200_000).describe('the longest, in ms'),
  invisibleTimeMillisWhenClear: wholeNumber()
    .default(1000)
    .describe('ms until others get what a client has left behind'),
  longPollingReserveTimeInMillis: wholeNumber()
    .default(100)
    .describe('ms before a client gives up at which it is answered'),
  grpcClientConsumerMinLongPollingTimeoutMillis: wholeNumber()
    .default(5000)
    .describe('the shortest wait for messages, in ms'),
  grpcClientConsumerMaxLongPollingTimeoutMillis: wholeNumber().default(20_000).describe('the longest, in ms'),
  grpcClientConsumerLongPollingBatchSize: wholeNumber({ min: 1 })
    .default(32)
    .describe('messages of one answer at most'),
  grpcClientProducerMaxAttempts: wholeNumber({ min: 1 })
    .default(3)
    .describe('attempts that producers are told to make'),
  grpcClientProducerBackoffInitialMillis: wholeNumber().default(10).describe('ms before their second attempt'),
  grpcClientProducerBackoffMaxMillis: wholeNumber().default(1000).describe('ms before any attempt at most'),
  grpcClientProducerBackoffMultiplier: wholeNumber({ min: 1 }).default(2).describe('how much longer each wait is'),
  enableProxyAutoRenew: trueOrFalse()
    .default(true)
    .describe('messages stay hidden while a push consumer works on them'),
  enableBatchAck: trueOrFalse()
    .default(false)
    .describe(
      'AckMessage asks a broker once for all its messages: they are done, or fail, together. A broker in this process always is asked so',
    ),
  renewSchedulePeriodMillis: restartOnly(wholeNumber({ min: 1 }).default(5000)).describe(
    'ms between two looks for receipts to renew',
  ),
  renewAheadTimeMillis: wholeNumber().default(10_000).describe('ms before its end at which a receipt is renewed'),
  renewMaxTimeMillis: wholeNumber().default(10_800_000).describe('ms after which a consumer is taken to hang'),
  maxRenewRetryTimes: wholeNumber({ min: 1 }).default(3).describe('renewals that may fail in a row'),
  renewedMessagesMax: wholeNumber()
    .default(1_000_000)
    .describe('ours: messages whose receipts are renewed, of all clients'),
  topicRouteServiceCacheRefreshSeconds: restartOnly(wholeNumber({ min: 1 }).default(20)).describe(
    'seconds after which the route of a topic is asked for anew, the old answer serving meanwhile',
  ),
  topicRouteServiceCacheExpiredSeconds: restartOnly(wholeNumber({ min: 1 }).default(300)).describe(
    'seconds after which an answer is not used any more',
  ),
  topicRouteServiceCacheMaxNum: restartOnly(wholeNumber({ min: 1 }).default(20_000)).describe(
    'routes that are known at once',
  ),
  topicConfigCacheRefreshSeconds: restartOnly(wholeNumber({ min: 1 }).default(20)).describe(
    'seconds after which a topic is asked for anew, the old answer serving meanwhile',
  ),
  topicConfigCacheExpiredSeconds: restartOnly(wholeNumber({ min: 1 }).default(300)).describe(
    'seconds after which an answer is not used any more',
  ),
  topicConfigCacheMaxNum: restartOnly(wholeNumber({ min: 1 }).default(20_000)).describe(
    'topics that are known at once',
  ),
  subscriptionGroupConfigCacheRefreshSeconds: restartOnly(wholeNumber({ min: 1 }).default(20)).describe(
    'seconds after which a group is asked for anew, the old answer serving meanwhile',
  ),
  subscriptionGroupConfigCacheExpiredSeconds: restartOnly(wholeNumber({ min: 1 }).default(300)).describe(
    'seconds after which an answer is not used any more',
  ),
  subscriptionGroupConfigCacheMaxNum: restartOnly(wholeNumber({ min: 1 }).default(20_000)).describe(
    'groups that are known at once',
  ),
  sendLatencyEnable: restartOnly(trueOrFalse().default(true)).describe(
    'brokers that are slow or cannot be reached are avoided for a while; Java: false',
  ),
  startDetectorEnable: restartOnly(trueOrFalse().default(false)).describe(
    'a broker that could not be reached is avoided until it answers again, not only for a while',
  ),
  detectInterval: restartOnly(wholeNumber({ min: 1 }).default(2000)).describe('ms between two looks whether it does'),
  detectTimeout: restartOnly(wholeNumber({ min: 1 }).default(200)).describe('ms that it may take to answer then'),
  clientConnectionsMax: restartOnly(wholeNumber({ min: 0 }).default(20_000)).describe(
    'ours: connections to brokers that show them the clients of this proxy, each of its own; further clients are served unseen',
  ),
  authenticationEnabled: restartOnly(trueOrFalse().default(false)).describe(
    'whoever calls, by gRPC, HTTP or remoting, must be a user of authenticationFile',
  ),
  authenticationFile: restartOnly(z.string().default('')).describe(
    'ours: users, as JSON, looked at every 5 s; empty: conf/users.json in rocketmqHome',
  ),
  authenticationWhitelist: restartOnly(z.string().default('')).describe(
    'what needs no user, separated by commas: names of gRPC requests, codes of remoting, and, ours, paths of HTTP as /metrics',
  ),
  authenticationJwtKeyFile: restartOnly(z.string().default('')).describe(
    'ours: public keys in PEM, or a JSON Web Key Set, looked at every 5 s, of who signs JWTs by RS256, ES256 or EdDSA; with it or the next one, Bearer may be a JWT',
  ),
  authenticationJwtSecretFile: restartOnly(z.string().default('')).describe(
    'ours: a secret of 32 bytes or more, looked at every 5 s, which JWTs are signed with by HS256',
  ),
  authenticationJwtIssuer: restartOnly(z.string().default('')).describe(
    'ours: what `iss` of a JWT must be; empty: anything',
  ),
  authenticationJwtAudience: restartOnly(z.string().default('')).describe(
    'ours: what `aud` of a JWT must be or have; empty: anything',
  ),
  authenticationJwtUserClaim: restartOnly(z.string().min(1).default('sub')).describe(
    'ours: the claim of a JWT that names the user',
  ),
  redisUrl: restartOnly(z.string().default('')).describe(
    'ours: `redis://user:password@host:6379/0`, or `rediss:` for TLS, in which proxies share their state; empty: each has its own',
  ),
  redisKeyPrefix: restartOnly(z.string().default('')).describe(
    'ours: what all keys in Redis begin with; empty: `rocketmq-proxy:`, proxyClusterName and a colon',
  ),
  redisTimeoutMillis: restartOnly(wholeNumber({ min: 1, max: 60_000 }).default(500)).describe(
    'ours: ms that a request waits for Redis; after it the proxy goes on with what it knows by itself',
  ),
  redisLeaseMillis: restartOnly(wholeNumber({ min: 300, max: 600_000 }).default(10_000)).describe(
    'ours: ms after which a proxy that is silent has died, and others take over what it held; the same for all',
  ),
  authorizationEnabled: restartOnly(trueOrFalse().default(false)).describe('not served yet: the start is refused'),
})
export type ProxyConfig = Readonly<z.infer<typeof proxyConfigSchema>>
