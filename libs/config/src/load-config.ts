import { ConfigError } from '@rocketmq-ts/base'
import type { z } from 'zod'
import { allowedBy, textOf } from './config-schema'
import type { ConfigSchema, ValuesOf } from './config-schema'
import { didYouMean } from './did-you-mean'
import { environmentName, environmentPrefix } from './environment'
import { readProperties } from './properties-text'
import { RuntimeConfig } from './runtime-config'
import type { ConfigDeps } from './runtime-config'

export interface ConfigSources<S extends readonly ConfigSchema[]> {
  /** `broker` or `namesrv`: the second word of its environment variables. */
  readonly service: string
  readonly schemas: readonly [...S]
  /** Java's other keys with Java's defaults (null: none): accepted and shown, nothing here acts on them. */
  readonly knownWithoutEffect?: Readonly<Record<string, string | null>>
  /** What this process knows better than the schemas, such as a folder; everything below overrides it. */
  readonly defaults?: Readonly<Record<string, string>>
  /** The file of `-c`; null when there is none. */
  readonly file?: string | null
  /** How it is written; Java properties unless told. */
  readonly fileFormat?: 'properties' | 'json'
  /** `process.env`. It overrides the file: an image is set up without writing one. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** From flags; they override everything. */
  readonly overrides?: Readonly<Record<string, string>>
  /** The key that names the file which an update at runtime writes; `file`, when there is one, becomes its value. */
  readonly persistPathKey?: string
  /** Keys that no update at runtime may touch, besides those of `configBlackList`. */
  readonly blackList?: readonly string[]
}

/** One value with the place that set it, for the words about what is wrong with it. */
interface Setting {
  readonly key: string
  readonly value: string
  readonly origin: string
}

/**
 * Reads a service's configuration: schema defaults < `defaults` < file < environment < `overrides`. Throws ConfigError
 * with every problem at once. Unknown keys are `warnings` of what it returns.
 */
export function loadConfig<S extends readonly ConfigSchema[]>(
  sources: ConfigSources<S>,
  deps: ConfigDeps,
): RuntimeConfig<ValuesOf<S>> {
  const shape = Object.assign({}, ...sources.schemas.map(schema => schema.shape)) as ConfigSchema['shape']
  const { knownWithoutEffect = {}, file = null, persistPathKey = null, blackList = [] } = sources
  const found = collectSettings(sources, new Set([...Object.keys(shape), ...Object.keys(knownWithoutEffect)]), deps)
  const { settings, warnings } = found
  const { values, problems } = parseValues(shape, settings)
  if (found.problems.length + problems.length > 0) throw new ConfigError([...found.problems, ...problems])
  if (persistPathKey !== null && file !== null) values[persistPathKey] = file

  const others = new Map<string, string | null>()
  for (const [key, defaultText] of Object.entries(knownWithoutEffect)) {
    if (!(key in shape)) others.set(key, settings.get(key)?.value ?? defaultText)
  }
  const configuredKeys = keysOf(settings, origin => origin !== 'default')
  const derivedKeys = keysOf(settings, origin => origin === 'default')
  const persistPath = file ?? (persistPathKey === null ? null : textOf(values[persistPathKey]))
  return new RuntimeConfig<ValuesOf<S>>(
    {
      values: values as ValuesOf<S>,
      shape,
      others,
      warnings,
      configuredKeys,
      derivedKeys: persistPathKey === null ? derivedKeys : new Set([...derivedKeys, persistPathKey]),
      persistPath: persistPath === '' ? null : persistPath,
      blackList,
    },
    deps,
  )
}

interface Found {
  readonly settings: ReadonlyMap<string, Setting>
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/** What each known key was set to, by the strongest source that sets it. */
function collectSettings(
  sources: Omit<ConfigSources<[]>, 'schemas'>,
  knownKeys: ReadonlySet<string>,
  deps: ConfigDeps,
): Found {
  const settings = new Map<string, Setting>()
  const problems: string[] = []
  const warnings: string[] = []
  for (const setting of [
    ...fromRecord(sources.defaults ?? {}, 'default'),
    ...fromFile(sources, deps, problems),
    ...fromEnvironment(sources, knownKeys, warnings),
    ...fromRecord(sources.overrides ?? {}, 'flag'),
  ]) {
    if (knownKeys.has(setting.key)) settings.set(setting.key, setting)
    else warnings.push(unknownKey(setting, knownKeys))
  }
  return { settings, problems, warnings }
}

function parseValues(
  shape: ConfigSchema['shape'],
  settings: ReadonlyMap<string, Setting>,
): { values: Record<string, unknown>; problems: readonly string[] } {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [key, type] of Object.entries(shape) as [string, z.ZodType][]) {
    const setting = settings.get(key)
    const parsed = type.safeParse(setting?.value)
    if (parsed.success) values[key] = parsed.data
    else if (setting === undefined) problems.push(`${key} is missing: it must be ${allowedBy(type)}`)
    else problems.push(badValue(setting, allowedBy(type)))
  }
  return { values, problems }
}

function keysOf(settings: ReadonlyMap<string, Setting>, isWanted: (origin: string) => boolean): ReadonlySet<string> {
  return new Set([...settings.values()].filter(({ origin }) => isWanted(origin)).map(({ key }) => key))
}

function fromRecord(record: Readonly<Record<string, string>>, origin: string): readonly Setting[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: value.trim(), origin }))
}

function fromFile(
  { file = null, fileFormat = 'properties' }: Pick<ConfigSources<[]>, 'file' | 'fileFormat'>,
  { disk }: Pick<ConfigDeps, 'disk'>,
  problems: string[],
): readonly Setting[] {
  if (file === null) return []
  const text = disk.readText(file)
  if (text === null) {
    problems.push(`${file}: there is no such file`)
    return []
  }
  if (fileFormat === 'json') return fromJson(file, text, problems)
  return readProperties(text).map(({ key, value, line }) => ({ key, value, origin: `${file}:${line}` }))
}

/** An object of scalars; what is deeper is taken as its text. */
function fromJson(file: string, text: string, problems: string[]): readonly Setting[] {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it must be an object')
    return Object.entries(json).map(([key, value]) => {
      return { key, value: typeof value === 'string' ? value.trim() : JSON.stringify(value), origin: file }
    })
  } catch (error) {
    problems.push(`${file}: this is no JSON to read keys from: ${(error as Error).message}`)
    return []
  }
}

function fromEnvironment(
  { service, environment = {} }: Pick<ConfigSources<[]>, 'service' | 'environment'>,
  knownKeys: ReadonlySet<string>,
  warnings: string[],
): readonly Setting[] {
  const keyOfName = new Map([...knownKeys].map(key => [environmentName(service, key), key]))
  const settings: Setting[] = []
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith(environmentPrefix(service))) continue
    const key = keyOfName.get(name)
    if (key !== undefined) settings.push({ key, value: value.trim(), origin: `environment variable ${name}` })
    else warnings.push(unknownKey({ key: name, value, origin: 'environment variable' }, keyOfName.keys()))
  }
  return settings
}

function badValue({ key, value, origin }: Setting, allowed: string): string {
  return `${origin}: ${key} = ${value}: it must be ${allowed}`
}

function unknownKey({ key, origin }: Setting, knownKeys: Iterable<string>): string {
  const meant = didYouMean(key, knownKeys)
  return `${origin}: unknown key ${key}${meant === null ? '' : `, did you mean ${meant}?`}`
}
