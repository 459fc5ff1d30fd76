import * as path from 'node:path'
import { RefusedError } from '@rocketmq-ts/base'
import type { Clock, Disk } from '@rocketmq-ts/base'
import type { z } from 'zod'
import { allowedBy, isRestartOnly, textOf } from './config-schema'
import type { ConfigSchema } from './config-schema'
import { readProperties, writeProperties } from './properties-text'
import { writeSyncedText } from './write-synced-text'

/** An update that names a key which may only be changed by a restart: the whole of it is refused. */
export class ConfigBlackListError extends RefusedError {
  readonly code = 'RMQ_CONFIG_BLACK_LIST'
  /** NO_PERMISSION */
  readonly responseCode = 16

  constructor() {
    super('Can not update config in black list.')
  }
}

/** An update with a value that the key does not take: the whole of it is refused. Java ignores such a value silently. */
export class ConfigValueError extends RefusedError {
  readonly code = 'RMQ_CONFIG_VALUE'
  /** INVALID_PARAMETER */
  readonly responseCode = 29

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
  }
}

/** Counts the updates: what GET_BROKER_CONFIG answers as `version`. Source: remoting/protocol/DataVersion.java */
export interface ConfigVersion {
  readonly stateVersion: number
  readonly timestamp: number
  readonly counter: number
}

export interface ConfigDeps {
  readonly disk: Pick<Disk, 'datasyncFolder' | 'makeFolder' | 'open' | 'readText' | 'renameLater'>
  readonly clock: Pick<Clock, 'nowMs'>
}

interface RuntimeConfigParts<T> {
  readonly values: T
  readonly shape: ConfigSchema['shape']
  /** Known keys without effect and their text; null when it has none. */
  readonly others: Map<string, string | null>
  readonly warnings: readonly string[]
  /** Keys that the file, the environment or a flag set. */
  readonly configuredKeys: ReadonlySet<string>
  /** Keys whose value was made up on this machine. */
  readonly derivedKeys: ReadonlySet<string>
  readonly persistPath: string | null
  readonly blackList: readonly string[]
}

/** A service's configuration while it runs. `values` is the same object for ever: read a key where it is used. */
export class RuntimeConfig<T> {
  readonly values: Readonly<T>
  /** Unknown keys, in words. */
  readonly warnings: readonly string[]
  private readonly blackList: ReadonlySet<string>
  /** Keys whose value was made up here, and what the file is to say instead; null: nothing. */
  private readonly derived: Map<string, string | null>
  /** What an update wants of keys that are read once: shown and written, in force after a restart. */
  private readonly pending = new Map<string, unknown>()
  private readonly listeners: ((changedKeys: ReadonlySet<string>) => void)[] = []
  private currentVersion: ConfigVersion
  /** Resolves when the file was written for every update so far, or could not be. */
  private persisted: Promise<void> = Promise.resolve()

  constructor(
    private readonly parts: RuntimeConfigParts<T>,
    private readonly deps: ConfigDeps,
  ) {
    this.values = parts.values
    this.warnings = parts.warnings
    this.derived = new Map([...parts.derivedKeys].map(key => [key, null]))
    const configured = textOf((parts.values as Record<string, unknown>)['configBlackList']).split(';')
    this.blackList = new Set([...parts.blackList, ...configured, 'configBlackList'])
    this.currentVersion = { stateVersion: 0, timestamp: deps.clock.nowMs(), counter: 0 }
  }

  get version(): ConfigVersion {
    return this.currentVersion
  }

  /** True when the file, the environment or a flag set the key. */
  isConfigured(key: keyof T & string): boolean {
    return this.parts.configuredKeys.has(key)
  }

  /** `listener` is told which keys an update changed, after `values` has them. */
  onChange(listener: (changedKeys: ReadonlySet<string>) => void): void {
    this.listeners.push(listener)
  }

  /**
   * Takes over the known keys of a properties text, all or none, at once, and writes the file; unknown keys are ignored.
   * Keys that are read once keep their value until the restart. Rejects with ConfigBlackListError, ConfigValueError or,
   * when the file cannot be written and a restart would undo the update, StorageError. Source: remoting/Configuration.java
   */
  async update(propertiesText: string): Promise<void> {
    const properties = readProperties(propertiesText)
    if (properties.some(({ key }) => this.blackList.has(key))) throw new ConfigBlackListError()
    const changed = this.takeOver(properties)
    this.currentVersion = {
      stateVersion: 0,
      timestamp: this.deps.clock.nowMs(),
      counter: this.currentVersion.counter + 1,
    }
    for (const listener of this.listeners) listener(changed)
    const persisted = this.persisted.then(() => this.persist())
    this.persisted = persisted.catch(() => undefined)
    await persisted
  }

  /** Sets what this process found out while it started, such as a free port: shown, never written to the file. */
  derive(derived: Partial<T>): void {
    const current = this.values as Record<string, unknown>
    for (const key of Object.keys(derived)) {
      if (!this.derived.has(key)) this.derived.set(key, textOf(current[key]))
    }
    Object.assign(current, derived)
  }

  /** Every known key with a value, `key=value` a line, sorted; without passwords, as anyone may ask for it. */
  toPropertiesText(): string {
    const texts = this.texts()
    for (const key of texts.keys()) if (isSecret(key)) texts.delete(key)
    return writeProperties(texts)
  }

  private takeOver(properties: ReturnType<typeof readProperties>): ReadonlySet<string> {
    const parsedValues = this.parse(properties)
    const current = this.values as Record<string, unknown>
    const changed = new Set<string>()
    for (const { key, value } of properties) {
      if (parsedValues.has(key)) {
        this.derived.delete(key)
        if (isRestartOnly(this.parts.shape[key] as z.ZodType)) {
          this.pending.set(key, parsedValues.get(key))
        } else {
          if (current[key] !== parsedValues.get(key)) changed.add(key)
          current[key] = parsedValues.get(key)
        }
      } else if (this.parts.others.has(key)) {
        this.parts.others.set(key, value)
      }
    }
    return changed
  }

  private parse(properties: ReturnType<typeof readProperties>): ReadonlyMap<string, unknown> {
    const parsedValues = new Map<string, unknown>()
    const problems: string[] = []
    for (const { key, value } of properties) {
      const type = this.parts.shape[key] as z.ZodType | undefined
      if (type === undefined) continue
      const parsed = type.safeParse(value)
      if (parsed.success) parsedValues.set(key, parsed.data)
      else problems.push(`${key} = ${value}: it must be ${allowedBy(type)}`)
    }
    if (problems.length > 0) throw new ConfigValueError(problems)
    return parsedValues
  }

  private texts(): Map<string, string> {
    const texts = new Map<string, string>()
    const values = Object.entries(this.values as Record<string, unknown>)
    for (const [key, value] of [...this.parts.others, ...values, ...this.pending]) {
      if (value !== null && value !== undefined) texts.set(key, textOf(value))
    }
    return texts
  }

  /** What was made up on this machine stays out: an address from last month must not outlive the network it was for. */
  private async persist(): Promise<void> {
    const { persistPath } = this.parts
    if (persistPath === null) return
    const { disk } = this.deps
    const texts = this.texts()
    for (const [key, text] of this.derived) {
      if (text === null) texts.delete(key)
      else texts.set(key, text)
    }
    const folder = path.dirname(persistPath)
    disk.makeFolder(folder)
    const oldText = disk.readText(persistPath)
    if (oldText !== null) await writeSyncedText(`${persistPath}.bak`, oldText, disk)
    await writeSyncedText(`${persistPath}.tmp`, writeProperties(texts), disk)
    await disk.renameLater(`${persistPath}.tmp`, persistPath)
    await disk.datasyncFolder(folder)
  }
}

function isSecret(key: string): boolean {
  return /password|secret|credentials|initAuthenticationUser/i.test(key)
}
