import { pipeline, Transform } from 'node:stream'
import { brotliCompress, constants, createBrotliDecompress, createGunzip, createInflate, gzip } from 'node:zlib'
import type { onSendHookHandler } from 'fastify'
import { errorCodes } from 'fastify'
import type { HttpRoutes } from './http-rooms'
import { LINES_CONTENT_TYPE } from './send-lines'

const unpackers = { gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress, deflate: createInflate }
/** Smaller answers gain nothing. */
const PACKED_CHARS_MIN = 1024
/** As quick as gzip, and smaller. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** Bodies that came packed are unpacked on their way to who reads them; no more of one than may be, or 413. */
export function unpackBodies(app: HttpRoutes, { bodyBytesMax }: { readonly bodyBytesMax: number }): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity'
    if (encoding === 'identity') {
      done(null, payload)
      return
    }
    if (!isIn(encoding, unpackers)) {
      done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(`content-encoding ${encoding}`), payload)
      return
    }
    // Lines have a limit each.
    const isEndless = request.headers['content-type']?.startsWith(LINES_CONTENT_TYPE) ?? false
    const unpacked = bounded(isEndless ? Infinity : bodyBytesMax)
    pipeline(payload, unpackers[encoding](), unpacked, () => undefined) // who reads it gets the error
    done(null, Object.assign(unpacked, { receivedEncodedLength: Number(request.headers['content-length'] ?? 0) }))
  })
}

/** Lets so many bytes through, and fails then. */
function bounded(bytesMax: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= bytesMax) done(null, chunk)
      else done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    },
  })
}

/** Answers leave packed when they are worth it and the client takes it. For routes that are added from here on. */
export function packAnswers(app: HttpRoutes): void {
  app.addHook('onRoute', route => {
    // Behind the hooks of the route, which see the answer as it is.
    route.onSend = [...[route.onSend ?? []].flat(), packAnswer]
  })
}

const packAnswer: onSendHookHandler = (request, reply, payload, done) => {
  if (typeof payload !== 'string' || payload.length < PACKED_CHARS_MIN) {
    done(null, payload)
    return
  }
  reply.header('vary', 'accept-encoding')
  const encoding = wantedEncoding(request.headers['accept-encoding'])
  if (encoding === null) {
    done(null, payload)
    return
  }
  reply.header('content-encoding', encoding).removeHeader('content-length')
  if (encoding === 'br') brotliCompress(payload, brotliOptions, done)
  else gzip(payload, done)
}

/** The better one of those that the client names without q=0. */
function wantedEncoding(accepted: string | string[] | undefined): 'br' | 'gzip' | null {
  const named = [accepted ?? []].flat().join(',').toLowerCase().split(',')
  const isWanted = (encoding: string): boolean =>
    named.some(entry => {
      const [name = '', quality = ''] = entry.split(';').map(part => part.trim())
      return name === encoding && !/^q=0(\.0*)?$/.test(quality)
    })
  return isWanted('br') ? 'br' : isWanted('gzip') ? 'gzip' : null
}

function isIn<T extends object>(name: string, table: T): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name)
}
