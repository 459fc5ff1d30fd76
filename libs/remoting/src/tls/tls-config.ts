import { restartOnly, trueOrFalse } from '@rocketmq-ts/config'
import { z } from 'zod'

/** Java's keys. Source: remoting/netty/TlsSystemConfig.java, TlsHelper.java */
export const tlsConfigSchema = z.object({
  'tls.server.mode': restartOnly(z.enum(['disabled', 'permissive', 'enforcing']).default('permissive')).describe(
    'disabled closes TLS clients, enforcing closes plain ones, permissive serves both',
  ),
  'tls.enable': flag('connections that we open use TLS', false),
  'tls.config.file': restartOnly(z.string().default('/etc/rocketmq/tls.properties')).describe(
    'file with the tls.* keys below; what it has wins',
  ),
  'tls.test.mode.enable': flag('the server makes its own certificate, the client trusts any', true),
  'tls.server.need.client.auth': restartOnly(
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['none', 'optional', 'require']))
      .default('none'),
  ).describe("whether a client's certificate is none, optional or require"),
  'tls.server.keyPath': text('private key of the server, PEM'),
  'tls.server.keyPassword': text('password of that key'),
  'tls.server.certPath': text('certificate chain of the server, PEM'),
  'tls.server.authClient': flag("verify clients' certificates against tls.server.trustCertPath", false),
  'tls.server.trustCertPath': text('certificates that clients may be signed by, PEM'),
  'tls.client.keyPath': text('private key of the client, PEM'),
  'tls.client.keyPassword': text('password of that key'),
  'tls.client.certPath': text('certificate chain of the client, PEM'),
  'tls.client.authServer': flag("verify the server's certificate", false),
  'tls.client.trustCertPath': text('certificates that servers may be signed by, PEM'),
  'tls.ciphers': text('cipher suites, by comma, named as Java or OpenSSL does; empty: the defaults of Node'),
  'tls.protocols': text('TLSv1.2, TLSv1.3, by comma; empty: the defaults of Node'),
})

export type TlsConfig = Readonly<z.infer<typeof tlsConfigSchema>>

function text(what: string): z.ZodDefault<z.ZodString> {
  return restartOnly(z.string().default('')).describe(what)
}

function flag(what: string, byDefault: boolean): z.ZodType<boolean> {
  return restartOnly(trueOrFalse().default(byDefault)).describe(what)
}
