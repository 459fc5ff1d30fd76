import { ServerInterceptingCall } from '@grpc/grpc-js'
import type { ServerInterceptor } from '@grpc/grpc-js'
import { peerAddressOf } from '../calls'
import type { CallCounts } from './call-counts'

/** Counts the messages of calls that grpc-js serves; who serves the others counts them there. */
export function countMessages(counts: Pick<CallCounts, 'ofClient'>): ServerInterceptor {
  return (_, call) => {
    const connection = counts.ofClient(peerAddressOf(call.getPeer()))
    if (connection === null) return new ServerInterceptingCall(call)
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMessage(message, proceed) {
            connection.messagesReceived += 1
            proceed(message)
          },
        })
      },
      sendMessage(message, proceed) {
        connection.messagesSent += 1
        proceed(message)
      },
    })
  }
}
