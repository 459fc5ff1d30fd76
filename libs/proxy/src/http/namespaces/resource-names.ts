import { isSystemGroup, isSystemTopic } from '../../grpc/names'

const SEPARATOR = '%'
const OF_GROUP = /^%(RETRY|DLQ)%/

/**
 * What brokers call a topic or a group of a namespace: `ns%name`, `%RETRY%ns%name`, `%DLQ%ns%name`. System topics and groups
 * are those of everybody, and what is named so already stays; a blank namespace is none. Clients that speak remoting do the
 * same. Source: remoting/protocol/NamespaceUtil.java
 */
export function withNamespace(namespace: string, name: string): string {
  if (namespace === '' || name === '' || isSystemResource(name) || isInNamespace(namespace, name)) return name
  const [prefix, rest] = parted(name)
  return `${prefix}${namespace}${SEPARATOR}${rest}`
}

/** What those who are in the namespace call it; a name of another one stays as it is. */
export function withoutNamespace(namespace: string, name: string): string {
  if (namespace === '' || !isInNamespace(namespace, name)) return name
  const [prefix, rest] = parted(name)
  return prefix + rest.slice(namespace.length + SEPARATOR.length)
}

/** Every name is in the blank one. */
export function isInNamespace(namespace: string, name: string): boolean {
  if (namespace === '') return true
  const [, rest] = parted(name)
  return rest.startsWith(namespace + SEPARATOR) && !isSystemResource(name)
}

function parted(name: string): readonly [prefix: string, rest: string] {
  const [prefix = ''] = OF_GROUP.exec(name) ?? []
  return [prefix, name.slice(prefix.length)]
}

function isSystemResource(name: string): boolean {
  return isSystemTopic(name) || isSystemGroup(name)
}
