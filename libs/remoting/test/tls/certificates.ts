import * as fs from 'node:fs'
import * as path from 'node:path'
import { generate } from 'selfsigned'

interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** An authority, a certificate it signed for a server and one for a client, and a stranger's, as files in `folder`. */
export async function writeCertificates(folder: string) {
  const named = (name: string) => [{ name: 'commonName', value: name }]
  const options = { keyType: 'ec', algorithm: 'sha256' } as const
  const authority = await generate(named('authority'), {
    ...options,
    extensions: [{ name: 'basicConstraints', cA: true }],
  })
  const ca = { key: authority.private, cert: authority.cert }
  const write = async (name: string, isSigned: boolean): Promise<CertificateFiles> => {
    const made = await generate(named(name), { ...options, ...(isSigned ? { ca } : {}) })
    return { cert: save(folder, `${name}.crt`, made.cert), key: save(folder, `${name}.key`, made.private) }
  }
  return {
    authority: save(folder, 'authority.crt', authority.cert),
    server: await write('server', true),
    client: await write('client', true),
    stranger: await write('stranger', false),
  }
}

function save(folder: string, name: string, text: string): string {
  const file = path.join(folder, name)
  fs.writeFileSync(file, text)
  return file
}
