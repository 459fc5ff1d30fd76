import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { flagOr, headerReader, optionalText, text, type HeaderReader } from './header-fields'

/** GET_ROUTEINFO_BY_TOPIC. Source: GetRouteInfoRequestHeader.java; the zone: namesrv/route/ZoneRouteRPCHook.java. */
export interface GetRouteInfoHeader {
  readonly topic: string
  readonly acceptStandardJsonOnly: boolean
  /** Whether the client wants to stay in its zone. */
  readonly zoneMode: boolean
  readonly zoneName: string | null
}

const NAMES = ['topic', 'acceptStandardJsonOnly', '__ZONE_MODE', '__ZONE_NAME'] as const

/** Read from the frame's bytes: every client sends it for every topic each 30 s. Throws MissingFieldError. */
export function readGetRouteInfoHeader(command: IncomingCommand): GetRouteInfoHeader {
  const fields = new ExtFieldCursor(command)
  let topic: string | null = null
  let acceptStandardJsonOnly = false
  let zoneMode = false
  let zoneName: string | null = null
  while (fields.next()) {
    const index = fields.nameIn(NAMES)
    if (index === 0) topic = fields.text()
    else if (index === 1) acceptStandardJsonOnly = fields.flag()
    else if (index === 2) zoneMode = fields.flag()
    else if (index === 3) zoneName = fields.text()
  }
  if (topic === null) return readGetRouteInfoHeaderSlowly(command)
  return { topic, acceptStandardJsonOnly, zoneMode, zoneName }
}

const readByNames = headerReader({
  topic: text,
  acceptStandardJsonOnly: flagOr(false),
  __ZONE_MODE: flagOr(false),
  __ZONE_NAME: optionalText,
})

/** The same by way of the generic fields; it says what is wrong. */
export const readGetRouteInfoHeaderSlowly: HeaderReader<GetRouteInfoHeader> = command => {
  const { topic, acceptStandardJsonOnly, __ZONE_MODE: zoneMode, __ZONE_NAME: zoneName } = readByNames(command)
  return { topic, acceptStandardJsonOnly, zoneMode, zoneName }
}
