import { parseArgs } from 'node:util'
import { ConfigError } from '@rocketmq-ts/base'
import { didYouMean } from '@rocketmq-ts/config'

/** One flag of a command line. */
export interface Flag {
  /** `configFile`, given as `--configFile FILE` or `--configFile=FILE`. */
  readonly name: string
  /** `c`, given as `-c FILE`. */
  readonly letter?: string
  /** `pc`, given as `-pc FILE`: Java's short names may have several letters. */
  readonly shortName?: string
  /** What its value is called in the help; a flag without one takes none. */
  readonly value?: string
  readonly help: string
}

export type FlagValues = ReadonlyMap<string, string | true>

/** Reads a command line, strictly: throws ConfigError for a flag that is not in the list or lacks its value. */
export function readFlags(args: readonly string[], flags: readonly Flag[]): FlagValues {
  const options = Object.fromEntries(
    flags.map(({ name, letter, value }) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const)
      return [name, letter === undefined ? { type } : { type, short: letter }]
    }),
  )
  try {
    const { values } = parseArgs({
      args: args.map(arg => inFull(arg, flags)),
      options,
      strict: true,
      allowPositionals: false,
    })
    return new Map(Object.entries(values) as [string, string | true][])
  } catch (error) {
    throw new ConfigError([`${inOneSentence(error as Error)}${suggestion(args, flags)} (-h shows the flags)`])
  }
}

/** `-pc` is `--proxyConfigPath`, and not `-p -c`. */
function inFull(arg: string, flags: readonly Flag[]): string {
  const [, given, rest = ''] = /^-([a-z]{2,})(=.*)?$/s.exec(arg) ?? []
  const flag = flags.find(({ shortName }) => shortName !== undefined && shortName === given)
  return flag === undefined ? arg : `--${flag.name}${rest}`
}

/** The help text: how to call it, then a line per flag. */
export function helpText(usage: string, flags: readonly Flag[]): string {
  const shortNames = flags.map(({ letter, shortName = letter }) => (shortName === undefined ? '' : `-${shortName},`))
  const shortWidth = Math.max('-c,'.length, ...shortNames.map(({ length }) => length))
  const heads = flags.map(({ name, value }, index) => {
    const short = (shortNames[index] ?? '').padEnd(shortWidth)
    return `  ${short} --${name}${value === undefined ? '' : ` ${value}`}`
  })
  const width = Math.max(...heads.map(head => head.length)) + 2
  return [
    `usage: ${usage}`,
    ...flags.map(({ help }, index) => `${(heads[index] ?? '').padEnd(width)}${help}`),
    '',
  ].join('\n')
}

/** Node adds advice about positional arguments that is of no use here. */
function inOneSentence({ message }: Error): string {
  return (message.split(/\. |\n/)[0] ?? message).replace(/\.$/, '')
}

function suggestion(args: readonly string[], flags: readonly Flag[]): string {
  const names = new Set(flags.map(({ name }) => name))
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1]
    if (name === undefined || names.has(name)) continue
    const meant = didYouMean(name, names)
    if (meant !== null) return `, did you mean --${meant}?`
  }
  return ''
}
