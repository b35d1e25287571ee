/** SHA-256 and its HMAC, and the encoding that signatures are made over. */

/**
 * node:crypto, whose digests are there at once; undefined where a runtime has none. It is asked for and not imported, so
 * that a bundle for such a runtime needs no stand-in.
 */
function nodeCrypto(): typeof import('node:crypto') | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto')
}

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export function sha256Hex(text: string): string | Promise<string> {
  return nodeCrypto()?.hash('sha256', text, 'hex') ?? webSha256Hex(text)
}

/** HMAC-SHA-256 of a text, in hexadecimal. */
export function hmacSha256Hex(key: string, text: string): string | Promise<string> {
  return nodeCrypto()?.createHmac('sha256', key).update(text).digest('hex') ?? webHmacSha256Hex(key, text)
}

async function webSha256Hex(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', utf8(text)))
}

async function webHmacSha256Hex(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey('raw', utf8(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return hex(await crypto.subtle.sign('HMAC', imported, utf8(text)))
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The characters that are never escaped (RFC 3986, section 2.3). */
const unreserved = /^[\w.~-]*$/

/** Percent-encoding by RFC 3986: everything but letters, digits and `-_.~`. encodeURIComponent leaves `!'()*` too. */
export function rfc3986(text: string): string {
  if (unreserved.test(text)) return text
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A path with nothing to decode, and nothing to encode but colons. */
const ordinaryPath = /^[\w.~/:-]*$/

/** A path with each segment decoded and encoded again, so that `:` and `%3A` on the wire count as the same. */
export function canonicalPath(pathname: string): string {
  if (ordinaryPath.test(pathname)) return pathname.replaceAll(':', '%3A')
  return pathname
    .split('/')
    .map((segment) => rfc3986(decodeURIComponent(segment)))
    .join('/')
}

/** A query with names and values encoded, sorted by name and then by value. */
export function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [rfc3986(name), rfc3986(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What both vendors' schemes sign of a request. */
export interface Signable {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Puts a request into the form that is signed: the lines of method, path, query, signed headers, their names and the
 * body's hash. `content-type` and `host` are signed with the headers in `added`; fetch sends the host of the URL, with
 * its port unless that is the scheme's own, and so does `url.host`.
 */
export function canonicalRequest(
  { method, url, headers }: Omit<Signable, 'body'>,
  path: string,
  added: Readonly<Record<string, string>>,
  bodyHash: string,
): { readonly text: string; readonly names: string } {
  const type = headers['content-type']
  const signed: Record<string, string> = { host: url.host, ...added }
  if (type !== undefined) signed['content-type'] = type
  const sorted = Object.entries(signed).sort(([a], [b]) => compare(a, b))
  const names = sorted.map(([name]) => name).join(';')
  const lines = sorted.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  const query = url.search === '' ? '' : canonicalQuery(url.searchParams)
  const text = [method, path, query, lines, names, bodyHash].join('\n')
  return { text, names }
}

/** The signature, which both schemes put last into `authorization`. */
export function signatureIn(headers: Readonly<Record<string, string>>): string {
  const authorization = String(headers['authorization'])
  return authorization.slice(authorization.lastIndexOf('=') + 1)
}
