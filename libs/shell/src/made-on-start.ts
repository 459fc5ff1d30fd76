import type { Component } from '@rocketmq-ts/base'

/** A component that can only be made when those before it in the order have started. */
export function madeOnStart(make: () => Component): Component {
  let component: Component | null = null
  return {
    async start() {
      component = make()
      await component.start()
    },
    async stop() {
      await component?.stop()
    },
  }
}
