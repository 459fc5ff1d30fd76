import { headerField } from './header-field'
import type { HeaderField } from './header-field'

/** Names that have a number, and values for some, separated by a blank. Source: RFC 7541, Appendix A */
const entries = `
:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`

/** From number 1 on. */
export const staticTable: readonly HeaderField[] = entries
  .trim()
  .split('\n')
  .map(entry => {
    const blankAt = entry.indexOf(' ')
    return blankAt < 0 ? headerField(entry, '') : headerField(entry.slice(0, blankAt), entry.slice(blankAt + 1))
  })
