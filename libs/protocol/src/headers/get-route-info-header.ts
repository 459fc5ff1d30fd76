import { flagOr, headerReader, text, type HeaderOf } from './header-fields'

/** GET_ROUTEINFO_BY_TOPIC. Source: GetRouteInfoRequestHeader.java. */
export const readGetRouteInfoHeader = headerReader({
  topic: text,
  acceptStandardJsonOnly: flagOr(false),
})
export type GetRouteInfoHeader = HeaderOf<typeof readGetRouteInfoHeader>
