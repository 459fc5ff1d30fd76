import * as os from 'node:os'
import * as path from 'node:path'
import { brokerSchemas } from '@rocketmq-ts/broker'
import { describeKeys, environmentName, javaBrokerKeys } from '@rocketmq-ts/config'
import type { ConfigSchema, KeyDescription } from '@rocketmq-ts/config'
import { namesrvKnownWithoutEffect, namesrvSchemas } from '@rocketmq-ts/namesrv'
import { proxyKnownWithoutEffect, proxySchemas } from '@rocketmq-ts/proxy'
import { asCode, markdownTable } from './markdown'

interface Service {
  readonly title: string
  readonly name: string
  readonly schemas: readonly ConfigSchema[]
  readonly knownWithoutEffect: Readonly<Record<string, string | null>>
}

const services: readonly Service[] = [
  { title: 'Broker', name: 'broker', schemas: brokerSchemas, knownWithoutEffect: javaBrokerKeys },
  { title: 'NameServer', name: 'namesrv', schemas: namesrvSchemas, knownWithoutEffect: namesrvKnownWithoutEffect },
  { title: 'Proxy', name: 'proxy', schemas: proxySchemas, knownWithoutEffect: proxyKnownWithoutEffect },
]

/** docs/configuration.md */
export function configurationPage(): string {
  return [
    '# Configuration',
    'Generated from the schemas by `npm run docs`.',
    [
      'A file written for Java works: same keys, same defaults, Java properties (`-c FILE`), for the proxy JSON. A key is',
      'looked for in this order, and the first place that has it wins:',
    ].join('\n'),
    [
      '1. a flag: `-n`, `--broker-port` and so on;',
      `2. the environment: ${asCode(environmentName('broker', 'listenPort'))} sets \`listenPort\` of the broker,`,
      `   ${asCode(environmentName('namesrv', 'listenPort'))} that of the NameServer;`,
      '3. the file;',
      '4. `NAMESRV_ADDR` and `ROCKETMQ_HOME`, as in Java;',
      '5. the default.',
    ].join('\n'),
    [
      'A bad value stops the start with exit code 2; every problem is told at once, with file, line, key, value and what is',
      'allowed. An unknown key is warned about. "at once" below means that `mqadmin updateBrokerConfig` or',
      '`updateNamesrvConfig` takes effect without a restart; other keys are taken over and written, and count from the next',
      'start on. An update writes all known keys to the file, whose old text becomes `.bak`.',
    ].join('\n'),
    ...services.map(serviceSection),
    '',
  ].join('\n\n')
}

function serviceSection({ title, name, schemas, knownWithoutEffect }: Service): string {
  const keys = new Map<string, KeyDescription>()
  for (const schema of schemas) for (const description of describeKeys(schema)) keys.set(description.key, description)
  const rows = [...keys.values()].map(({ key, defaultText, allowed, changesAtRuntime, description }) => [
    asCode(key),
    asCode(portable(defaultText)),
    allowed,
    changesAtRuntime ? 'at once' : 'restart',
    description,
  ])
  const without = Object.keys(knownWithoutEffect).filter(key => !keys.has(key))
  return [
    `## ${title}`,
    markdownTable(['Key', 'Default', 'Allowed', 'Changes', 'What it is'], rows),
    `### ${title}: known without effect`,
    [
      'Java’s other keys: accepted in a file and shown by `mqadmin`, and nothing here acts on them yet, or ever when they',
      `size thread pools, Netty’s buffers or memory maps. Prefix of the environment: ${asCode(environmentName(name, ''))}.`,
    ].join('\n'),
    without.map(asCode).join(', '),
  ].join('\n\n')
}

/** The page is the same whoever generates it. */
function portable(text: string): string {
  if (text === os.hostname()) return 'host name'
  const home = path.join(os.homedir(), path.sep)
  return text.startsWith(home) ? `~/${text.slice(home.length)}` : text
}
