const VALID_YEARS = 10

/** A certificate that nobody vouches for, as Java's test mode makes one. Takes a few hundred ms, not on this thread. */
export async function createSelfSignedCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  // Loaded when it is needed: most brokers never see a TLS client.
  const { generate } = await import('selfsigned')
  const notAfterDate = new Date()
  notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS)
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'rocketmq' }], {
    algorithm: 'sha256',
    keySize: 2048,
    notAfterDate,
  })
  return { cert, key }
}
