import { createHash, createHmac } from 'node:crypto'
import type { Recorded } from './recorder.js'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex')
const encode = (text: string) =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

/** What a server would compute of the bytes that it received, written without a look at the signers. */
export function recompute({ method, path, headers, body }: Recorded, secret: string): { sent: string; right: string } {
  const sent = headers['authorization'] ?? ''
  const names = /SignedHeaders=([^,]+)/.exec(sent)?.[1] ?? ''
  const huawei = sent.startsWith('SDK-HMAC-SHA256')
  const [pathname = '', query = ''] = path.split('?')
  const canonicalPath = pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map((part) => encode(decodeURIComponent(part.replaceAll('+', ' ')))))
    .map(([name, value = '']) => `${name}=${value}`)
    .toSorted()
    .join('&')
  const lines = names.split(';').map((name) => `${name}:${headers[name] ?? ''}\n`)
  const parts = [method, `${canonicalPath}${huawei ? '/' : ''}`, canonicalQuery, lines.join(''), names, sha256(body)]
  const canonical = sha256(parts.join('\n'))
  const toSign = huawei ? `SDK-HMAC-SHA256\n${headers['x-sdk-date']}\n${canonical}` : `ACS3-HMAC-SHA256\n${canonical}`
  return { sent: /Signature=(\w+)/.exec(sent)?.[1] ?? '', right: hmac(secret, toSign) }
}
