import { asConnectFailure } from './connect-failure.js'
import type { Fetch } from './fetch.js'

/** Deno, as far as it is used. */
interface Deno {
  createHttpClient(options: { readonly poolMaxIdlePerHost: number }): { close(): void }
}

/** A fetch, and the end of its connections. */
export interface OwnFetch {
  readonly fetch: Fetch
  destroy(): Promise<void>
}

/**
 * The fetch of a runtime without undici. Bun and Deno send a request again by themselves when a connection that they have
 * kept ends without an answer: a stop could arrive twice, and "connection refused", at the second time, would not prove
 * that none arrived. So each request has a connection of its own there: Bun takes `keepalive: false` for that, Deno a
 * client that keeps none. A browser cannot be told.
 */
export function ownFetch(): OwnFetch {
  const { Deno, Bun } = globalThis as { readonly Deno?: Partial<Deno>; readonly Bun?: object }
  const client = Deno?.createHttpClient?.({ poolMaxIdlePerHost: 0 })
  const fresh = client === undefined ? Bun && { keepalive: false } : { client }
  return {
    async fetch(url, init) {
      try {
        return await globalThis.fetch(url, { ...init, ...fresh } as RequestInit)
      } catch (thrown) {
        throw fresh === undefined ? thrown : asConnectFailure(thrown)
      }
    },
    destroy: async () => client?.close(),
  }
}
