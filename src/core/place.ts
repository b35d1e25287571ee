/** Where a request goes and what it asks, in words for messages. */
export interface Place {
  /** Host and port. */
  readonly at: string
  /** Method and path. */
  readonly asking: string
}

/** The longest path that is shown, in UTF-16 units. */
const longestPath = 120

/** Host and port of a URL; the port also where it is the one of the scheme. */
export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
}

/**
 * The place of a request. Only the part of the path after the base URL is shown, because a prefix may be a secret. The
 * query is never shown.
 */
export function placeOf(method: string, url: URL, base: URL): Place {
  const prefix = base.pathname === '/' ? '' : base.pathname
  const path = `${prefix === '' ? '' : '…'}${url.pathname.slice(prefix.length)}`
  return {
    at: hostAndPort(url),
    asking: `${method} ${path.length > longestPath ? `${path.slice(0, longestPath)}…` : path}`,
  }
}

/** What went wrong, and where. */
export function located(
  what: string,
  preposition: 'at' | 'from' | 'after waiting for',
  place: Place | undefined,
): string {
  return place === undefined ? what : `${what} ${preposition} ${place.at}, while asking ${place.asking}`
}

/** What went wrong with a request, where it does not matter who was asked. */
export function asked(what: string, place: Place | undefined): string {
  return place === undefined ? what : `${what}, while asking ${place.asking}`
}

/** What to do about it, behind what went wrong. */
export function advised(what: string, ...hints: readonly (string | undefined)[]): string {
  return [what, ...hints].filter(Boolean).join('; ')
}
