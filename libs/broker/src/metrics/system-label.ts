import { isSystemGroup } from '../subscription-groups/boot-groups'
import { isSystemTopic } from '../topics/topic-validator'

/** Value of `is_system`: who wants to see users' traffic only leaves the others out by it. */
export function systemLabel({ topic, group }: { readonly topic?: string; readonly group?: string }): string {
  return String((topic !== undefined && isSystemTopic(topic)) || (group !== undefined && isSystemGroup(group)))
}
