import type { GrpcCall } from './grpc-call'

/** Serves the one message that a call brings. */
export type ServeMessage = (message: Buffer, call: GrpcCall) => void

/** What becomes of the messages of a call that brings many. */
export interface MessageListener {
  onMessage(message: Buffer): void
  /** There are no more. */
  onEnd(): void
  /** The call is over, whoever ended it. */
  onClose(): void
}

/** Serves a call that brings many messages. */
export type ServeMessages = (call: GrpcCall) => MessageListener

/** How a method is served. */
export type Served = { readonly message: ServeMessage } | { readonly messages: ServeMessages }

/** By path: `/package.Service/Method`. */
export type ServedMethods = ReadonlyMap<string, Served>

/** What is served under one name. */
export interface GrpcService {
  /** In full: `package.Service`. */
  readonly name: string
  readonly methods: ServedMethods
}
