import { bean, flag, nullable, text, type ValueOf } from './json-codec'

/** UPDATE_AND_GET_GROUP_FORBIDDEN. Source: remoting/protocol/subscription/GroupForbidden.java. */
export const groupForbiddenJson = bean({ group: nullable(text), readable: nullable(flag), topic: nullable(text) })
export type GroupForbidden = ValueOf<typeof groupForbiddenJson>
