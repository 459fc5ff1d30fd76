/** Something that runs. Constructors only assign; `start` opens, `stop` closes. */
export interface Component {
  /** Resolves when the component serves. A start that throws has cleaned up after itself. */
  start(): Promise<void>
  /** May be called twice, never rejects, resolves when everything is closed. */
  stop(): Promise<void>
}

/** One component out of several: starts left to right, stops right to left; a failed start stops those before it. */
export function inOrder(components: readonly Component[]): Component {
  let startedCount = 0
  async function stop(): Promise<void> {
    while (startedCount > 0) {
      startedCount -= 1
      await components[startedCount]?.stop()
    }
  }
  async function start(): Promise<void> {
    try {
      for (const component of components) {
        await component.start()
        startedCount += 1
      }
    } catch (error) {
      await stop()
      throw error
    }
  }
  return { start, stop }
}
