import type { RequestCounts } from '../metrics/request-counts'
import type { HttpRoutes } from './http-rooms'

/** By route, as it is written in the API: a path that there is not is one of `none`, whatever it is. */
export function countRequests(app: HttpRoutes, requests: Pick<RequestCounts, 'count'>): void {
  app.addHook('onResponse', ({ method, routeOptions: { url } }, { raw }, done) => {
    requests.count(url === undefined ? 'none' : `${method} ${url}`, `${Math.floor(raw.statusCode / 100)}xx`)
    done()
  })
}
