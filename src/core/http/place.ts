import type { Hide } from './redact.js'

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

/** The place of a request, put into words when an error shows it. */
class RequestPlace implements Place {
  readonly #method: string
  readonly #url: URL
  readonly #hide: Hide

  constructor(method: string, url: URL, hide: Hide) {
    this.#method = method
    this.#url = url
    this.#hide = hide
  }

  get at(): string {
    return hostAndPort(this.#url)
  }

  get asking(): string {
    const path = this.#hide(this.#url.pathname)
    const half = longestPath / 2
    const shown = path.length > longestPath ? `${path.slice(0, half)}…${path.slice(-half)}` : path
    return `${this.#method} ${shown}`
  }
}

/** The place of a request. The query is never shown, and of the path nothing that `hide` hides. */
export function placeOf(method: string, url: URL, hide: Hide): Place {
  return new RequestPlace(method, url, hide)
}

/** The place of the caller's own function that makes the headers of a request. */
class CredentialPlace implements Place {
  readonly at = 'the function that `auth` was given'
  readonly #request: Place

  constructor(request: Place) {
    this.#request = request
  }

  get asking(): string {
    return `for the headers of ${this.#request.asking}`
  }
}

/** Where a request waits for its headers. */
export function credentialPlaceOf(request: Place): Place {
  return new CredentialPlace(request)
}

/** What went wrong, and where. */
export function located(
  what: string,
  preposition: 'at' | 'from' | 'to' | 'after waiting for',
  place: Place | undefined,
): string {
  return place === undefined ? what : `${what} ${preposition} ${place.at}, while asking ${place.asking}`
}

/** What went wrong with a request, where it does not matter who was asked. */
export function asked(what: string, place: Place | undefined): string {
  return place === undefined ? what : `${what}, while asking ${place.asking}`
}
