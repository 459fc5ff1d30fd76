import type { InProcessConnection, InProcessConnectionDeps, Peer } from '@rocketmq-ts/remoting'

/** The broker that runs in this process. */
export interface LocalBroker {
  readonly brokerName: string
  readonly clusterName: string
  /** `ip:port` that remoting clients are told. */
  readonly address: string
  connect(
    peer: Peer,
    onPush: InProcessConnectionDeps['onPush'],
    onCall?: InProcessConnectionDeps['onCall'],
  ): InProcessConnection
}

/** The part of a broker that its configuration does not say. */
type RunningBroker = Pick<LocalBroker, 'address' | 'connect'>

/** A broker as a proxy reaches it; `find` gives it once it runs. */
export function localBrokerOf(
  { brokerName, brokerClusterName }: { readonly brokerName: string; readonly brokerClusterName: string },
  find: () => RunningBroker | null,
): LocalBroker {
  const running = (): RunningBroker => {
    const found = find()
    if (found === null) throw new Error('the broker is not started')
    return found
  }
  return {
    brokerName,
    clusterName: brokerClusterName,
    get address() {
      return running().address
    },
    connect: (peer, onPush, onCall) => running().connect(peer, onPush, onCall),
  }
}
