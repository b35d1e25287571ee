import { refuse } from '../words/refusal.js'
import { headerRule, isHeaderName, isHeaderValue, refuseUnreadable } from './check.js'
import { isPlain, readFields } from './fields.js'

/**
 * Headers from a caller: an object of texts, or pairs as in `Headers` or a `Map`. The type names `Headers`, because
 * TypeScript treats it as iterable only with the library `dom.iterable`.
 */
export type HeadersGiven = Readonly<Record<string, string>> | Iterable<readonly [string, string]> | Headers

/**
 * What fetch sets itself from the URL, the body and the connection, tried with Node's own fetch and undici 7: it throws
 * for some (`expect`, `transfer-encoding`, ...), and puts its own in the place of others (`host`, `connection`, ...).
 * `te`, `trailer` and `proxy-connection` would be sent, but belong to a connection, which is not the caller's.
 */
const notForCallers: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'sec-fetch-mode',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** More than a request can carry: Node.js itself takes 2000 at most, and an iterator need not end. */
const mostHeaders = 2_000

/** Headers that a caller adds, names in lower case. The message never holds a value: it may be a credential. */
export function checkHeaders(value: unknown, field: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null)
  if (value === undefined) return headers
  for (const [given, text] of pairsOf(value, field)) {
    if (typeof given !== 'string' || !isHeaderName(given)) {
      refuse(field, 'has a name that is not an HTTP token')
    }
    const name = given.toLowerCase()
    if (notForCallers.has(name)) refuse(`${field}.${given}`, 'is set by fetch itself, and cannot be given')
    if (typeof text !== 'string' || !isHeaderValue(text)) refuse(`${field}.${given}`, headerRule)
    // Twice under one name, they are one list (RFC 9110, section 5.3).
    headers[name] = name in headers ? `${headers[name]}, ${text}` : text
  }
  return headers
}

/** Name and value of each header. An object in which none can be seen, such as a promise, is refused. */
export function pairsOf(value: unknown, field: string): readonly (readonly unknown[])[] {
  const rule = 'must be an object of texts, or pairs of them as Headers has'
  if (typeof value !== 'object' || value === null) refuse(field, rule)
  let pairs: readonly (readonly unknown[])[] | undefined
  try {
    pairs = Symbol.iterator in value ? iterated(value as Iterable<unknown>) : named(value)
  } catch (thrown) {
    refuseUnreadable(field, thrown)
  }
  return pairs ?? refuse(field, rule)
}

function iterated(value: Iterable<unknown>): readonly (readonly unknown[])[] | undefined {
  const pairs: (readonly unknown[])[] = []
  for (const pair of value) {
    if (!Array.isArray(pair) || pair.length !== 2 || pairs.length === mostHeaders) return undefined
    pairs.push(pair)
  }
  return pairs
}

function named(value: object): readonly (readonly unknown[])[] | undefined {
  const pairs = Object.entries(readFields(value, []))
  return pairs.length === 0 && !isPlain(value) ? undefined : pairs
}
