import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { Standalone, writePropertiesFile } from '@rocketmq-ts/testing'
import { runClientScenarios } from './client-run'
import { matchingBoth, soonChecks } from './client-suite'
import { patience } from './patience'
import type { CaseResult } from './report'
import type { Suite, SuiteEnvironment } from './suite'

/** Stops and starts servers, or asks as an admin tool does, which is nothing for a proxy. */
const notHere = /restart|killed/

/** The Java client whose NameServer is a proxy, and whose every request goes through that. */
export const remotingProxySuite: Suite = {
  name: 'remoting-proxy',
  what: 'the Java client through the proxy, which it takes for a NameServer and a broker',
  run,
}

async function run({ toolchain, folder, match, onResult }: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const home = path.join(folder, 'client')
  const standaloneHome = path.join(folder, 'standalone')
  for (const each of [home, path.join(standaloneHome, 'conf')]) mkdirSync(each, { recursive: true })
  writePropertiesFile(path.join(standaloneHome, 'conf', 'broker.conf'), { ...patience, ...soonChecks })
  // The scenarios send anything to any topic, as brokers allow.
  const proxyConfig = { enableTopicMessageTypeCheck: false }
  writeFileSync(path.join(standaloneHome, 'conf', 'rmq-proxy.json'), JSON.stringify(proxyConfig))
  const standalone = new Standalone(standaloneHome)
  try {
    await standalone.start()
    return await runClientScenarios({
      toolchain,
      home,
      nameServerAddress: standalone.nameServerAddress,
      serve: request => Promise.reject(new Error(`a scenario asks for "${request}"`)),
      systemProperties: { 'conformance.routes': standalone.proxyRemotingAddress },
      scenarios: 'general',
      match: matchingBoth(match, new RegExp(`^(?!.*(?:${notHere.source}))`)),
      onResult,
    })
  } finally {
    await standalone.stop()
  }
}
