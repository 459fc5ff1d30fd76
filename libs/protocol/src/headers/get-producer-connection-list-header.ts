import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_PRODUCER_CONNECTION_LIST. Source: GetProducerConnectionListRequestHeader.java. */
export const readGetProducerConnectionListHeader = headerReader({
  producerGroup: text,
})
export type GetProducerConnectionListHeader = HeaderOf<typeof readGetProducerConnectionListHeader>
