/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { brokerConfig, testNodeClient } from './support/node-client-scenarios'
import { useStandaloneProxy } from './support/standalone-proxy'

testNodeClient(useStandaloneProxy(brokerConfig))
