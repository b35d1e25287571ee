/** A fake whose requests are written down. */
import type { Fetch } from 'allstop'
import { asFetch, type Fake } from './serve.js'

/** A request as the tests look at it: when, and what. */
export interface Seen {
  readonly atMs: number
  readonly method: string
  readonly path: string
}

export function watched(fake: Fake): { fetch: Fetch; seen: Seen[] } {
  const began = Date.now()
  const seen: Seen[] = []
  const fetch = asFetch((request) => {
    const { pathname, search } = new URL(request.url)
    seen.push({ atMs: Date.now() - began, method: request.method, path: pathname + search })
    return fake(request)
  })
  return { fetch, seen }
}
