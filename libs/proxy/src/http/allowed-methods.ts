import type { HttpRoutes } from './http-rooms'

interface KnownRoute {
  readonly methods: readonly string[]
  readonly path: RegExp
  /** Parts that may be anything. */
  readonly freeCount: number
}

/**
 * Notes the routes that are added from here on. What finds the methods that a path is there for, none for what is no path;
 * a path that is named by one route is that of no other.
 */
export function noteAllowedMethods(app: HttpRoutes): (url: string) => readonly string[] {
  const routes: KnownRoute[] = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), path: patternOf(url), freeCount: url.split('/:').length })
  })
  return url => {
    const [path = ''] = url.split('?')
    const fitting = routes.filter(route => route.path.test(path))
    const freeCountMin = Math.min(...fitting.map(({ freeCount }) => freeCount))
    const methods = fitting.filter(({ freeCount }) => freeCount === freeCountMin).flatMap(route => route.methods)
    return [...new Set(methods)].sort()
  }
}

/** `:name` is any part of a path, `::` a colon, `*` anything. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(::|:[a-zA-Z]+|\*)/)
  const source = parts.map(part => {
    if (part === '::') return ':'
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`)
}
