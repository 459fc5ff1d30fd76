import { ConnectionLostError } from '@rocketmq-ts/remoting'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { Relay, Relays } from '../messaging/relays'

/** One relay for each connection that has asked for something, until it closes. */
export class ClientRelays implements ChannelEventListener {
  private readonly byChannel = new Map<number, Relay>()

  constructor(private readonly relays: Relays) {}

  /** Throws ConnectionLostError: nobody would end the relay of a connection that is closed. */
  of(channel: Channel): Relay {
    if (!channel.isOpen) throw new ConnectionLostError(channel.remoteAddress)
    let relay = this.byChannel.get(channel.id)
    if (relay === undefined) {
      relay = this.relays.relay({
        remoteAddress: channel.remoteAddress,
        onPush: command => void channel.sendOneway(command),
        onCall: (command, timeoutMs) => channel.invoke(command, timeoutMs),
      })
      this.byChannel.set(channel.id, relay)
    }
    return relay
  }

  onClose({ id }: Channel): void {
    this.byChannel.get(id)?.close()
    this.byChannel.delete(id)
  }
}
