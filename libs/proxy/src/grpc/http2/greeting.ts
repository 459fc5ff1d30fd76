import { SettingId, settingsFrame, WINDOW_SIZE, windowUpdateFrame } from './frames'
import { HEADER_LIST_BYTES_MAX } from './hpack/hpack-decoder'
import { STREAM_WINDOW_SIZE } from './http2-stream'

/** Of all requests of a connection that are on their way. */
export const CONNECTION_WINDOW_SIZE = 1024 * 1024

/** What a client is told first: what it may do. */
export function greeting(streamCountMax: number): Buffer {
  const settings = settingsFrame([
    [SettingId.MAX_CONCURRENT_STREAMS, streamCountMax],
    [SettingId.INITIAL_WINDOW_SIZE, STREAM_WINDOW_SIZE],
    [SettingId.MAX_HEADER_LIST_SIZE, HEADER_LIST_BYTES_MAX],
  ])
  return Buffer.concat([settings, windowUpdateFrame(0, CONNECTION_WINDOW_SIZE - WINDOW_SIZE)])
}
