import type { AttemptSignal } from '../time/attempt-signal.js'
import { HeaderMap } from '../words/header-fields.js'
import { discard, readText } from './body.js'
import type { Arriving, Carry } from './carry.js'
import type { Fetch } from './fetch.js'

const nothing = (): void => {}

/** Sends by a fetch: the caller's, or the one of a runtime without undici. */
export function byFetch(fetch: Fetch): Carry {
  return async ({ method, url, headers, body }, attempt, begun, over = nothing) => {
    const { signal } = attempt
    // The body is always a field of its own: fetch would take an absent one from `Object.prototype`.
    const init = { method, headers, redirect: 'manual', signal, body: body === '' ? undefined : body } as RequestInit
    // When a fetch writes the request is not known.
    begun()
    try {
      const response: unknown = await fetch(url.href, init)
      return () => (isResponse(response) ? arriving(response, attempt, over) : undefined)
    } catch (thrown) {
      over()
      throw thrown
    }
  }
}

function arriving(response: Response, attempt: AttemptSignal, over: () => void): Arriving {
  const { status, ok, redirected, type, body } = response
  const headers = new HeaderMap()
  response.headers.forEach((value, name) => {
    headers.set(name.toLowerCase(), value)
  })
  return {
    ...{ status, ok, headers, followed: redirected === true, isOpaque: type === 'opaqueredirect' },
    text: () => readText(response, attempt.signal).finally(over),
    discard: () => {
      discard(body)
      over()
    },
  }
}

function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false
  const { status, headers } = value as Partial<Response>
  return Number.isInteger(status) && typeof headers?.get === 'function' && typeof headers.forEach === 'function'
}
