/**
 * OpenSSL's list for cipher suites named as Java does (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or as OpenSSL does.
 * The suites of TLS 1.3 have one name in both.
 */
export function cipherList(names: readonly string[]): string {
  return names.map(openSslName).join(':')
}

function openSslName(name: string): string {
  const [, exchange, cipher] = /^TLS_(\w+)_WITH_(\w+)$/.exec(name) ?? []
  if (exchange === undefined || cipher === undefined) return name
  const openSslCipher = cipher
    .replace(/AES_(\d+)/, 'AES$1')
    .replace('_CBC', '')
    .replace('POLY1305_SHA256', 'POLY1305')
  return `${exchange === 'RSA' ? '' : `${exchange}_`}${openSslCipher}`.replaceAll('_', '-')
}
