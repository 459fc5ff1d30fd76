/** Told when the members of a consumer group, or the topics it subscribes to, have changed. */
export interface ConsumerIdsChangeListener {
  onConsumerIdsChanged(group: string): void
}
