interface Component {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Call once at the top of a test file: what the returned function starts is stopped after each test, newest first. */
export function useComponents(): <T extends Component>(component: T) => Promise<T> {
  const started: Component[] = []
  afterEach(async () => {
    for (const component of started.splice(0).reverse()) await component.stop()
  })
  return async component => {
    started.push(component)
    await component.start()
    return component
  }
}
