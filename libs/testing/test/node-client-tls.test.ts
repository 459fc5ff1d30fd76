import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { generate } from 'selfsigned'
import { useStandaloneProxy } from './support/standalone-proxy'

const script = path.join(__dirname, 'support', 'send-and-receive.cjs')
let certPath = ''

/** Where Java looks for them. */
async function writeCertificate(home: string): Promise<{ tlsTestModeEnable: boolean }> {
  const folder = path.join(home, 'conf', 'tls')
  mkdirSync(folder, { recursive: true })
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'proxy' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  certPath = path.join(folder, 'rocketmq.crt')
  writeFileSync(certPath, cert)
  writeFileSync(path.join(folder, 'rocketmq.key'), key)
  return { tlsTestModeEnable: false }
}

const proxy = useStandaloneProxy({}, writeCertificate)

test('the official client is served on one port, over TLS with the certificate of the proxy and without', async () => {
  for (const how of ['tls', 'plain']) {
    await proxy.createTopic(`Over-${how}`, 'NORMAL')
    const { stdout } = await promisify(execFile)(process.execPath, [script, proxy.endpoints(), `Over-${how}`, how], {
      env: { ...process.env, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: certPath },
    })
    expect(stdout).toBe(`over ${how}`)
  }
})

test('a client that does not trust the certificate is not served', async () => {
  const asked = promisify(execFile)(process.execPath, [script, proxy.endpoints(), 'Over-tls', 'tls'])
  await expect(asked).rejects.toThrow()
})
