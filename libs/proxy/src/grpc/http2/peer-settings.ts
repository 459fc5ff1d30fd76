import { FRAME_PAYLOAD_SIZE, INT31_MAX, SettingId, settingsIn, WINDOW_SIZE } from './frames'
import { ErrorCode, Http2ConnectionError } from './http2-error'

const LARGEST_PAYLOAD_SIZE = 16_777_215

/** What a client wants, as far as it concerns what we send: we refer to no header, and push nothing. Source: RFC 9113, 6.5.2 */
export class PeerSettings {
  /** Of each new stream. */
  windowSize = WINDOW_SIZE
  /** Of a frame, at most. */
  payloadSize = FRAME_PAYLOAD_SIZE

  /** Throws Http2ConnectionError. */
  take(payload: Buffer): void {
    for (const [id, value] of settingsIn(payload)) this.set(id, value)
  }

  private set(id: number, value: number): void {
    switch (id) {
      case SettingId.ENABLE_PUSH:
        if (value > 1) throw new Http2ConnectionError(ErrorCode.PROTOCOL_ERROR, `ENABLE_PUSH=${value}`)
        break
      case SettingId.INITIAL_WINDOW_SIZE:
        if (value > INT31_MAX) {
          throw new Http2ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, `INITIAL_WINDOW_SIZE=${value}`)
        }
        this.windowSize = value
        break
      case SettingId.MAX_FRAME_SIZE:
        if (value < FRAME_PAYLOAD_SIZE || value > LARGEST_PAYLOAD_SIZE) {
          throw new Http2ConnectionError(ErrorCode.PROTOCOL_ERROR, `MAX_FRAME_SIZE=${value}`)
        }
        this.payloadSize = value
        break
    }
  }
}
