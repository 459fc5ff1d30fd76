import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { requireFilter } from '../../grpc/filters'
import { InvalidRequestError } from '../../grpc/status'
import { UnauthenticatedError } from '../../authentication/unauthenticated-error'
import type { HttpRooms } from '../http-rooms'
import { requireInvisibleMs } from '../invisible-times'
import { bytesOf, messageToSend } from '../message-to-send'
import type { Origin } from '../message-to-send'
import { badRequest, problemOf } from '../problems'
import { acknowledge, extend, refuse } from '../routes/receipts'
import { outcomeOf } from '../send-in-batches'
import { closeCodes, FrameStream } from './frame-stream'
import type { FrameSocket } from './frame-stream'
import { frameShape, refOf } from './frames'
import type { Frame } from './frames'
import type { Stream } from './streams'
import { Subscription } from './subscription'

export interface SessionOf extends Origin {
  readonly group: string
  readonly namespace: string
  readonly isStillKnown: () => Promise<boolean>
}

/** Of one client that are worked on; while there are more, it is not read. */
const FRAME_COUNT_MAX = 64

/** A client on a WebSocket: it says frames, each is answered, and messages come once it has subscribed. */
export class SocketSession implements Stream {
  private readonly outlet: FrameStream
  private subscription: Subscription | null = null
  private inProgressCount = 0
  private isOver = false
  private isNobody = false

  constructor(
    private readonly socket: FrameSocket,
    private readonly place: SessionOf,
    private readonly rooms: HttpRooms,
  ) {
    this.outlet = new FrameStream(socket, rooms.clock)
  }

  start(): void {
    const { streams } = this.rooms
    streams.add(this)
    this.socket.on('message', (bytes, isBinary) => void this.take(bytes, isBinary))
    this.socket.on('close', () => {
      this.isOver = true
      streams.remove(this)
      if (this.subscription !== null) streams.track(this.subscription.end())
    })
  }

  async sendAway(): Promise<void> {
    this.isOver = true
    this.outlet.send({ op: 'goodbye' })
    this.outlet.end(closeCodes.goingAway, 'the proxy stops: come again')
    await this.subscription?.end()
  }

  isStillKnown(): Promise<boolean> {
    return this.place.isStillKnown()
  }

  async turnAway(): Promise<void> {
    this.isOver = true
    this.isNobody = true
    this.outlet.end(closeCodes.unauthorized, 'unauthorized: the user is none any more')
    await this.subscription?.end()
  }

  private async take(bytes: Buffer, isBinary: boolean): Promise<void> {
    this.inProgressCount += 1
    if (this.inProgressCount >= FRAME_COUNT_MAX) this.socket.pause()
    this.outlet.send(await this.answer(bytes, isBinary), () => {
      this.inProgressCount -= 1
      if (this.inProgressCount < FRAME_COUNT_MAX) this.socket.resume()
    })
  }

  /** Never rejects. */
  private async answer(bytes: Buffer, isBinary: boolean): Promise<object> {
    const json = isBinary ? null : jsonOf(bytes)
    const ref = refOf(json)
    try {
      return { op: 'result', ...(ref === undefined ? {} : { ref }), ...(await this.handle(frameOf(json))) }
    } catch (error) {
      return { op: 'error', ...(ref === undefined ? {} : { ref }), problem: problemOf(error) }
    }
  }

  private async handle(frame: Frame): Promise<object> {
    const { place, rooms } = this
    if (this.isNobody) throw new UnauthenticatedError()
    switch (frame.op) {
      case 'subscribe':
        this.subscribe(frame)
        return {}
      case 'ack': {
        const results = await acknowledge(frame.receiptHandles, place, rooms)
        return results.some(result => 'problem' in result) ? { results } : {}
      }
      case 'nack':
        return await refuse({ ...place, receiptHandle: frame.receiptHandle }, frame.delay, rooms)
      case 'extend':
        return await extend({ ...place, receiptHandle: frame.receiptHandle }, frame.invisible, rooms)
      case 'send': {
        const message = messageToSend(frame.message, bytesOf(frame.message), place, rooms)
        const [sent] = await rooms.messaging.send([message])
        return outcomeOf(sent)
      }
    }
  }

  /** The first one begins; a later one changes what is wanted from then on. */
  private subscribe(frame: Extract<Frame, { op: 'subscribe' }>): void {
    const { credit, invisible, filter, clientId = null } = frame
    const { rooms, place } = this
    if (this.isOver) throw new InvalidRequestError(v2.Code.HA_NOT_AVAILABLE, 'this connection is about to close')
    const wishes = {
      ...{ group: place.group, topic: place.topic, namespace: place.namespace, clientId, credit },
      invisibleMs: requireInvisibleMs(invisible, rooms.config),
      filter: requireFilter({ ...filter, type: v2.FilterType[filter.type === 'TAG' ? 'TAG' : 'SQL'] }),
    }
    if (this.subscription !== null) {
      this.subscription.change(wishes)
      return
    }
    const subscription = new Subscription(wishes, rooms.streams.deliveries.open(), this.outlet, rooms)
    this.subscription = subscription
    // When it ended because it was in vain, the client may subscribe again.
    rooms.streams.track(subscription.run().then(() => void (this.subscription = null)))
  }
}

/** Null for what is none. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}

/** Throws InvalidRequestError. */
function frameOf(json: unknown): Frame {
  if (json === null) throw badRequest('a frame is text, and a JSON object')
  const frame = frameShape.safeParse(json)
  if (frame.success) return frame.data
  throw badRequest(z.prettifyError(frame.error))
}
