import { trueOrFalse } from '@rocketmq-ts/config'
import { z } from 'zod'

const path = (what: string): z.ZodType<string> => z.string().default('').describe(what)
const commaList = (what: string): z.ZodType<string> => z.string().default('').describe(what)

/** Java's keys. Source: remoting/netty/TlsSystemConfig.java, TlsHelper.java */
export const tlsConfigSchema = z.object({
  'tls.server.mode': z
    .enum(['disabled', 'permissive', 'enforcing'])
    .default('permissive')
    .describe('disabled closes TLS clients, enforcing closes plain ones, permissive serves both'),
  'tls.enable': trueOrFalse().default(false).describe('connections that we open use TLS'),
  'tls.config.file': z
    .string()
    .default('/etc/rocketmq/tls.properties')
    .describe('file with the tls.* keys below; what it has wins'),
  'tls.test.mode.enable': trueOrFalse()
    .default(true)
    .describe('the server makes its own certificate, the client trusts any'),
  'tls.server.need.client.auth': z
    .string()
    .toLowerCase()
    .pipe(z.enum(['none', 'optional', 'require']))
    .default('none')
    .describe("whether a client's certificate is none, optional or require"),
  'tls.server.keyPath': path('private key of the server, PEM'),
  'tls.server.keyPassword': z.string().default('').describe('password of that key'),
  'tls.server.certPath': path('certificate chain of the server, PEM'),
  'tls.server.authClient': trueOrFalse()
    .default(false)
    .describe("verify clients' certificates against tls.server.trustCertPath"),
  'tls.server.trustCertPath': path('certificates that clients may be signed by, PEM'),
  'tls.client.keyPath': path('private key of the client, PEM'),
  'tls.client.keyPassword': z.string().default('').describe('password of that key'),
  'tls.client.certPath': path('certificate chain of the client, PEM'),
  'tls.client.authServer': trueOrFalse().default(false).describe("verify the server's certificate"),
  'tls.client.trustCertPath': path('certificates that servers may be signed by, PEM'),
  'tls.ciphers': commaList('cipher suites, by comma; empty: the defaults of Node'),
  'tls.protocols': commaList('TLSv1.2, TLSv1.3, by comma; empty: the defaults of Node'),
})

export type TlsConfig = Readonly<z.infer<typeof tlsConfigSchema>>
