// The one state of a module in this lib: a broker has several servers, and two of their channels must never share an id.
let lastChannelId = 0

export function nextChannelId(): number {
  lastChannelId += 1
  return lastChannelId
}
