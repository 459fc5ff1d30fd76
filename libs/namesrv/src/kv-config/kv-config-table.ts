import { RefusedError } from '@rocketmq-ts/base'
import type { Component, Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { kvConfigTableJson, ResponseCode } from '@rocketmq-ts/protocol'

/** Where the queue counts of ordered topics are: topic ──> `broker-a:4;broker-b:4`. */
export const ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG'

/** The whole table as text: it is written anew with every change. */
export const KV_CONFIG_CHARS_MAX = 4 * 1024 * 1024

export class KvConfigFullError extends RefusedError {
  readonly code = 'RMQ_KV_CONFIG_FULL'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor() {
    super(`the KV config would be larger than ${KV_CONFIG_CHARS_MAX} characters: delete what is no longer used`)
  }
}

export interface KvConfigDeps {
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly log: Log
}

/**
 * Name-value pairs that admin tools put here, by namespace, kept in a file of Java's form.
 * Source: namesrv/kvconfig/KVConfigManager.java
 */
export class KvConfigTable implements Component {
  private configTable: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map()
  private readonly listeners: ((namespace: string, key: string) => void)[] = []
  /** Resolves when the change before is done with: each begins with the table that the one before left. */
  private lastChange: Promise<unknown> = Promise.resolve()

  constructor(private readonly deps: KvConfigDeps) {}

  /** Reads the file. Throws CorruptDataError if neither it nor its backup can be decoded. */
  start(): Promise<void> {
    this.configTable = this.deps.file.load(text => kvConfigTableJson.decode(text).configTable) ?? new Map()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.lastChange
  }

  onChange(listener: (namespace: string, key: string) => void): void {
    this.listeners.push(listener)
  }

  find(namespace: string, key: string): string | null {
    return this.configTable.get(namespace)?.get(key) ?? null
  }

  /** Null for a namespace that never had a key; it stays, empty, when its last key goes. */
  list(namespace: string): ReadonlyMap<string, string> | null {
    return this.configTable.get(namespace) ?? null
  }

  /** Rejects with KvConfigFullError, StorageError, and then nothing has changed. */
  async put(namespace: string, key: string, value: string): Promise<void> {
    await this.inTurn(async () => {
      await this.replace(namespace, key, new Map(this.configTable.get(namespace)).set(key, value))
      this.deps.log.info({ namespace, key, value }, 'KV config put')
    })
  }

  /** Nothing happens if there is no such key. Rejects with StorageError, and then nothing has changed. */
  async delete(namespace: string, key: string): Promise<void> {
    await this.inTurn(async () => {
      const pairs = new Map(this.configTable.get(namespace))
      if (!pairs.delete(key)) return
      await this.replace(namespace, key, pairs)
      this.deps.log.info({ namespace, key }, 'KV config deleted')
    })
  }

  private async inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.lastChange.then(change)
    this.lastChange = changed.catch(() => undefined)
    await changed
  }

  /** The file first: what is answered from here is what a restart brings back. */
  private async replace(namespace: string, key: string, pairs: ReadonlyMap<string, string>): Promise<void> {
    const configTable = new Map(this.configTable).set(namespace, pairs)
    const text = kvConfigTableJson.encode({ configTable }).toString()
    if (text.length > KV_CONFIG_CHARS_MAX) throw new KvConfigFullError()
    await this.deps.file.save(() => text)
    this.configTable = configTable
    for (const listener of this.listeners) listener(namespace, key)
  }
}
