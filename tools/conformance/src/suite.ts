import { javaServers, ourServers } from '@rocketmq-ts/testing'
import type { Properties, ServerKind } from '@rocketmq-ts/testing'
import type { JavaToolchain } from './java-toolchain'
import type { CaseResult } from './report'

export type Implementation = ServerKind['name']

/** Something that is proved in one go, with servers of its own. */
export interface Suite {
  readonly name: string
  /** For the reader of the report. */
  readonly what: string
  /** It needs what is not on every machine, or proves what does not change with our code. */
  readonly isOnlyRunByName?: true
  run(environment: SuiteEnvironment): Promise<readonly CaseResult[]>
}

export interface SuiteEnvironment {
  readonly toolchain: JavaToolchain
  /** An empty folder of this suite's own. */
  readonly folder: string
  /** Only cases whose name contains a match. */
  readonly match: RegExp
  /** 'java' puts Java's servers in the place of ours. */
  readonly servers: Implementation
  readonly onResult: (result: CaseResult) => void
}

const PROXY_HEAP = '256m'

/** `javaProperties` reach Java's servers as system properties. */
export function serverKind(
  implementation: Implementation,
  { servers, toolchain }: SuiteEnvironment,
  javaProperties: Properties = {},
): ServerKind {
  return implementation === 'ours' && servers === 'ours'
    ? ourServers
    : javaServers({ jarFolder: toolchain.jarFolder, systemProperties: javaProperties })
}

/** That runs proxies of this implementation. */
export function proxyKind(implementation: Implementation, { servers, toolchain }: SuiteEnvironment): ServerKind {
  return implementation === 'ours' && servers === 'ours'
    ? ourServers
    : javaServers({ jarFolder: toolchain.proxyJarFolder, heap: PROXY_HEAP })
}
