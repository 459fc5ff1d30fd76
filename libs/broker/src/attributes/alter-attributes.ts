import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { AttributeSet } from './attribute'

export class IllegalAttributeError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_ATTRIBUTE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

export type Attributes = ReadonlyMap<string, string>

export interface AttributeAlteration {
  readonly allowed: AttributeSet
  /** What the topic or group has; null when it is being made. */
  readonly current: Attributes | null
  /** `+name` sets, `-name` removes. */
  readonly changes: Attributes
}

/**
 * The attributes after the changes. All or nothing: throws IllegalAttributeError at the first change that is not
 * allowed. Source: common/attribute/AttributeUtil.java
 */
export function alterAttributes({ allowed, current, changes }: AttributeAlteration): Attributes {
  const altered = new Map(current)
  const seen = new Set<string>()
  for (const [signedName, value] of changes) {
    const name = nameIn(signedName)
    if (seen.has(name)) throw new IllegalAttributeError(`alter duplication key. key: ${name}`)
    seen.add(name)
    if (signedName.startsWith('+')) {
      requireAllowed(allowed, { name, value, isNew: current === null })
      altered.set(name, value)
    } else {
      requireRemovable(signedName, current)
      requireAllowed(allowed, { name, value: null, isNew: false })
      altered.delete(name)
    }
  }
  return altered
}

function nameIn(signedName: string): string {
  const name = signedName.slice(1)
  if (name === '' || name.includes('+') || name.includes('-')) {
    throw new IllegalAttributeError('kv string format wrong.')
  }
  return name
}

function requireRemovable(signedName: string, current: Attributes | null): void {
  const name = signedName.slice(1)
  if (current === null) {
    throw new IllegalAttributeError(`only add attribute is supported while creating topic. key: ${name}`)
  }
  if (!signedName.startsWith('-')) throw new IllegalAttributeError(`wrong format key: ${name}`)
  if (!current.has(name)) throw new IllegalAttributeError(`attempt to delete a nonexistent key: ${name}`)
}

interface AttributeChange {
  readonly name: string
  /** Null removes it. */
  readonly value: string | null
  readonly isNew: boolean
}

function requireAllowed(allowed: AttributeSet, { name, value, isNew }: AttributeChange): void {
  const attribute = allowed.get(name)
  if (!attribute) throw new IllegalAttributeError(`unsupported key: ${name}`)
  if (!isNew && !attribute.isChangeable) {
    throw new IllegalAttributeError(`attempt to update an unchangeable attribute. key: ${name}`)
  }
  const problem = value === null ? null : attribute.problemWith(value)
  if (problem !== null) throw new IllegalAttributeError(problem)
}
