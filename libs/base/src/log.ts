/**
 * What every component logs with: the shape of a pino logger, as far as we use it. Values go in the object, the text is
 * constant. info: state changed; warn: a peer or a limit; error: data at risk; debug: per request.
 */
export interface Log {
  debug(values: object, text: string): void
  info(values: object, text: string): void
  warn(values: object, text: string): void
  error(values: object, text: string): void
  fatal(values: object, text: string): void
  child(bindings: { readonly component?: string; readonly remoteAddress?: string }): Log
}

/** For tests and tools that have nothing to say. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLog,
}
