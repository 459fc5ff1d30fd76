/** A promise that a test keeps when it wants to. */
export function promised<T = void>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>(kept => (resolve = kept))
  return { promise, resolve }
}
