import { ConfigError, delay } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { DeadLetterClient } from '@rocketmq-ts/broker'
import type { BrokerRedrives } from '@rocketmq-ts/broker'
import { helpText, readFlags } from '@rocketmq-ts/shell'
import type { AppContext, Flag, FlagValues } from '@rocketmq-ts/shell'
import { redriveText } from './redrive-text'
import { redriveWishOf } from './redrive-wish'
import { tlsFlags, tlsSettingsOf } from './tls-flags'

const usage = 'rocketmq dlq redrive|status|cancel -g GROUP [flags]'
const known: readonly Flag[] = [
  { name: 'group', letter: 'g', value: 'GROUP', help: 'the consumer group whose dead letters are meant' },
  { name: 'namesrvAddr', letter: 'n', value: 'LIST', help: 'NameServers, host:port;host:port (NAMESRV_ADDR)' },
  { name: 'brokerAddr', letter: 'b', value: 'ADDR', help: 'only this broker, host:port' },
  { name: 'to', value: 'WHERE', help: 'retry: only this group gets them (default); origin: back to their topic' },
  { name: 'to-topic', value: 'TOPIC', help: 'instead: to this topic, which the brokers must have' },
  { name: 'tags', value: 'TAGS', help: "only letters with one of these tags, 'A || B'" },
  { name: 'sql', value: 'EXPR', help: 'only letters of whose properties this SQL92 expression is true' },
  { name: 'keys', value: 'LIST', help: 'only letters with one of these keys or message ids, commas between' },
  { name: 'from', value: 'TIME', help: 'only letters laid there since; ms since 1970 or like 2026-01-31T12:00' },
  { name: 'until', value: 'TIME', help: 'only letters laid there before' },
  { name: 'new-only', help: "only letters that came after those of the group's last redrive" },
  { name: 'rate', value: 'N', help: 'messages a second at most, on each broker (100)' },
  { name: 'dry-run', help: 'put nothing: count what matches and name some' },
  { name: 'wait', help: 'return when it is done; a dry run always does' },
  { name: 'json', help: 'the records as JSON' },
  ...tlsFlags,
  { name: 'help', letter: 'h', help: 'print this and exit' },
]
const about = [
  'Dead letters become messages again, with all their attempts before them. They stay in %DLQ%GROUP as well.',
  '  redrive  the brokers begin, and go on by themselves, over restarts too',
  '  status   how far they are',
  '  cancel   go no further; what was redriven stays so',
  'Requests are not signed: a server that wants that refuses them, and says so here.',
  'After a crash up to 32 messages may be there twice; none is lost. Details: docs/operations.md.',
]
const POLL_MS = 200

type Command = 'redrive' | 'status' | 'cancel'

/** `rocketmq dlq …`. Throws ConfigError for a command line that it does not understand; rejects as DeadLetterClient does. */
export async function runDeadLetterCommand(args: readonly string[], context: AppContext): Promise<void> {
  const [command, ...rest] = args
  const { print } = context
  if (args.includes('-h') || args.includes('--help')) {
    for (const line of [...helpText(usage, known).trimEnd().split('\n'), '', ...about]) print(line)
    return
  }
  if (command !== 'redrive' && command !== 'status' && command !== 'cancel') {
    throw new ConfigError([`usage: ${usage} (-h shows them)`])
  }
  const given = readFlags(rest, known)
  const client = new DeadLetterClient(serversOf(given, context), { ...context, tls: tlsSettingsOf(given) })
  await client.start()
  try {
    const answers = await ask(command, given, client, context.clock)
    const lines = given.has('json') ? [JSON.stringify(answers, null, 2)] : redriveText(answers)
    for (const line of lines) print(line)
  } finally {
    await client.stop()
  }
}

async function ask(
  command: Command,
  given: FlagValues,
  client: DeadLetterClient,
  clock: Clock,
): Promise<readonly BrokerRedrives[]> {
  const wish = redriveWishOf(given)
  if (command === 'status') return await client.status(wish.group)
  if (command === 'cancel') return await client.cancel(wish.group)
  const begun = await client.redrive(wish)
  if (!given.has('wait') && wish.dryRun !== true) return begun
  const ids = new Set(begun.flatMap(({ redrives }) => redrives.map(({ id }) => id)))
  for (;;) {
    const all = await client.status(wish.group)
    const mine = all.map(({ brokerName, redrives }) => ({
      brokerName,
      redrives: redrives.filter(({ id }) => ids.has(id)),
    }))
    if (mine.every(({ redrives }) => redrives.every(({ state }) => state !== 'RUNNING'))) return mine
    await delay(clock, POLL_MS)
  }
}

function serversOf(
  given: FlagValues,
  { environment }: AppContext,
): { readonly namesrvAddr: string } | { readonly brokerAddr: string } {
  const brokerAddr = given.get('brokerAddr')
  if (typeof brokerAddr === 'string') return { brokerAddr }
  const namesrvAddr = given.get('namesrvAddr') ?? environment.NAMESRV_ADDR
  if (typeof namesrvAddr === 'string' && namesrvAddr !== '') return { namesrvAddr }
  throw new ConfigError(['neither NameServers (-n, NAMESRV_ADDR) nor a broker (-b) are named'])
}
