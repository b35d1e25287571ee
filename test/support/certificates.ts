/** Certificates of a test authority, made anew in each run. */
import selfsigned from 'selfsigned'

export interface Pair {
  readonly cert: string
  readonly key: string
}

const day = 86_400_000

/** A test authority. */
export async function makeAuthority(name: string, keyType: 'ec' | 'rsa' = 'ec'): Promise<Pair> {
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: name }], {
    keyType,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  return { cert, key }
}

/**
 * A certificate for 127.0.0.1, or another `host`, that an authority of the same `keyType` signed; `expired` made it end
 * yesterday.
 */
export async function issue(
  authority: Pair,
  name: string,
  expired = false,
  keyType: 'ec' | 'rsa' = 'ec',
  host?: string,
): Promise<Pair> {
  const now = Date.now()
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: name }], {
    keyType,
    algorithm: 'sha256',
    ca: authority,
    notBeforeDate: new Date(now - 2 * day),
    notAfterDate: new Date(expired ? now - day : now + day),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [host === undefined ? { type: 7, ip: '127.0.0.1' } : { type: 2, value: host }],
      },
    ],
  })
  return { cert, key }
}
