import type { Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { messageRequestModeTableJson } from '@rocketmq-ts/protocol'
import type { MessageRequestModeTable as Content, SetMessageRequestMode } from '@rocketmq-ts/protocol'
import type { TableKeeper } from '@rocketmq-ts/store'
import { TableFile } from '../table-file'

/** Whether a group pulls or pops a topic, where an operator has said so. Source: broker/loadbalance/MessageRequestModeManager.java */
export class MessageRequestModeTable {
  private readonly byTopic = new Map<string, Map<string, SetMessageRequestMode>>()

  find(topic: string, group: string): SetMessageRequestMode | null {
    return this.byTopic.get(topic)?.get(group) ?? null
  }

  set(topic: string, group: string, mode: SetMessageRequestMode): void {
    const groups = this.byTopic.get(topic) ?? new Map<string, SetMessageRequestMode>()
    this.byTopic.set(topic, groups.set(group, mode))
  }

  /** What messageRequestMode.json holds. */
  content(): Content {
    return { messageRequestModeMap: this.byTopic }
  }

  restore({ messageRequestModeMap }: Content): void {
    for (const [topic, groups] of messageRequestModeMap) this.byTopic.set(topic, new Map(groups))
  }
}

export interface MessageRequestModeFileDeps {
  readonly requestModes: MessageRequestModeTable
  readonly file: Pick<ConfigFile, 'load' | 'path' | 'save'>
  readonly log: Log
}

/** Keeps the table in `messageRequestMode.json`, as Java does wherever the other tables are kept. */
export function messageRequestModeFile({ requestModes, file, log }: MessageRequestModeFileDeps): TableFile {
  const encode = (): string => messageRequestModeTableJson.encode(requestModes.content(), { pretty: true }).toString()
  const keeper: TableKeeper = {
    path: file.path,
    load: () => {
      file.load(text => requestModes.restore(messageRequestModeTableJson.decode(text)))
      return Promise.resolve()
    },
    save: async () => {
      await file.save(encode)
    },
    close: () => Promise.resolve(),
  }
  return new TableFile({ keeper, log })
}
