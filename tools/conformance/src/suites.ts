import { clientSuite } from './client-suite'
import { containersSuite } from './containers/containers-suite'
import { grpcAnswersSuite } from './grpc-answers/grpc-answers-suite'
import { grpcSuite } from './grpc-suite'
import { mqadminSuite } from './mqadmin-suite'
import { nodeClientSuite } from './node-client-suite'
import { remotingProxySuites } from './remoting-proxy-suite'
import { selectorSuite } from './selectors/selector-suite'
import { popStoreSuite } from './store/pop-store-suite'
import { tableStoreSuite } from './store/table-store-suite'
import { timerSnapshotStoreSuite, timerStoreSuite } from './store/timer-store-suite'
import { storeLockSuite } from './store/store-lock-suite'
import { storeSuite } from './store/store-suite'
import type { Suite } from './suite'

export const suites: readonly Suite[] = [
  clientSuite({ name: 'json', what: 'the Java client with its default, JSON headers' }),
  clientSuite({
    name: 'binary',
    what: 'the Java client with binary headers',
    clientProperties: { 'rocketmq.serialize.type': 'ROCKETMQ' },
  }),
  clientSuite({
    name: 'strict',
    what: 'the Java client with a broker that makes no topics and groups by itself',
    brokerConfig: { autoCreateTopicEnable: false, autoCreateSubscriptionGroup: false },
    scenarios: 'strict',
  }),
  clientSuite({
    name: 'sql',
    what: 'the Java client with a broker that filters by SQL92',
    brokerConfig: { enablePropertyFilter: true, enableConsumeQueueExt: true, enableCalcFilterBitMap: true },
    scenarios: 'sql',
  }),
  clientSuite({
    name: 'ours',
    what: "the Java client with what Java's broker does not do",
    brokerConfig: { flushCommitLogThoroughInterval: 200 },
    scenarios: 'ours',
  }),
  clientSuite({
    name: 'vip',
    what: 'the Java client as it was before 4.5, which sends to the VIP port',
    clientProperties: { 'com.rocketmq.sendMessageWithVIPChannel': true },
    only: /send|batch|body|refuse/,
  }),
  clientSuite({ name: 'tls', what: 'the Java client over TLS, which checks the certificate', tls: true }),
  clientSuite({ name: 'java-namesrv', what: "our broker in Java's NameServer", nameServer: 'java' }),
  clientSuite({ name: 'java-broker', what: "Java's broker in our NameServer", broker: 'java' }),
  ...remotingProxySuites,
  grpcSuite({ name: 'grpc', what: 'the gRPC client with the proxy of rocketmq up', broker: 'inside' }),
  grpcSuite({ name: 'grpc-cluster', what: 'the gRPC client with two mqproxy in front of our broker', broker: 'ours' }),
  grpcSuite({ name: 'grpc-java-broker', what: "the same in front of Java's broker", broker: 'java' }),
  grpcSuite({
    name: 'grpc-java-proxy',
    what: "the gRPC client with Java's proxy in front of our broker, and ours beside it",
    broker: 'ours',
    proxies: ['java', 'ours'],
    isOnlyRunByName: true, // Java's proxy stays what it is
  }),
  grpcSuite({
    name: 'grpc-lite',
    what: "lite topics by the gRPC client, with two mqproxy in front of Java's broker",
    broker: 'java',
    isLite: true,
  }),
  grpcSuite({
    name: 'grpc-lite-inside',
    what: 'lite topics by the gRPC client, with the proxy of rocketmq up',
    broker: 'inside',
    isLite: true,
  }),
  grpcSuite({
    name: 'grpc-lite-java-proxy',
    what: "the same with Java's proxy in front of it, and ours beside it",
    broker: 'java',
    proxies: ['java', 'ours'],
    isLite: true,
    isOnlyRunByName: true, // Java's proxy stays what it is
  }),
  nodeClientSuite,
  grpcAnswersSuite,
  mqadminSuite,
  storeSuite,
  storeLockSuite,
  popStoreSuite,
  tableStoreSuite,
  timerStoreSuite,
  timerSnapshotStoreSuite,
  selectorSuite,
  containersSuite,
]
