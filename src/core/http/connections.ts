/// <reference path="./undici.d.ts" />
import { Refusal, refuse } from '../words/refusal.js'
import { hearingAlerts } from './alerts.js'
import { byFetch } from './by-fetch.js'
import { byUndici } from './by-undici.js'
import type { Carry } from './carry.js'
import type { ConnectionSettings } from './connection-options.js'
import type { Dispatcher } from './dispatcher.js'
import { ownFetch } from './own-fetch.js'

/** What of connections is not the caller's choice. */
interface ConnectionRules {
  /** The most connections. More requests wait until one is free. */
  readonly most: number
  /** Each connection is closed after its answer. @default kept for the next requests */
  readonly reset?: boolean
}

/**
 * undici's own time-outs are off: each try has one. Nothing is sent again, and no request waits behind another. Idle
 * connections are closed after 4 s, or when the server says, and do not hold the process. The options that are not set
 * would be taken from `Object.prototype`.
 */
const fixed = {
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 30_000,
  ...{ factory: undefined, clientFactory: undefined, interceptors: undefined, tls: undefined, socketPath: undefined },
  ...{ localAddress: undefined, clientTtl: undefined, maxRequestsPerClient: undefined, maxResponseSize: undefined },
  ...{ proxyTls: undefined, headers: undefined, auth: undefined, token: undefined, proxyTunnel: undefined },
}

/** The connections to one server. */
export class Connections {
  /** Through a proxy, which may be what failed when there is no connection. */
  readonly viaProxy: boolean
  readonly #opening: () => Promise<Carry>
  #carry: Carry | Promise<Carry> | undefined
  /** What is closed with it. */
  #own: { close(): Promise<void> } | undefined
  #calls = 0
  #closing: { readonly promise: Promise<void>; readonly close: () => void } | undefined

  constructor(origin: string, settings: ConnectionSettings, { most, reset = false }: ConnectionRules) {
    const { proxy, dispatcher } = settings
    this.viaProxy = proxy === 'env'
    this.#opening = async () => {
      if (dispatcher !== undefined) return byOwn(dispatcher, origin, reset)
      const pool = await openPool(origin, settings, most)
      const own = pool ?? ownFetch()
      this.#own = own
      return 'fetch' in own ? byFetch(own.fetch) : byUndici(own, origin, reset)
    }
  }

  /** How to send a request. At the first one, what sends is loaded. */
  carry(): Carry | Promise<Carry> {
    if (this.#carry === undefined) {
      const opening = this.#opening()
      this.#carry = opening
      opening.then(
        (carry) => {
          this.#carry = carry
        },
        () => {
          this.#carry = undefined
        },
      )
    }
    return this.#carry
  }

  /** A call begins. When it ends, the returned function must be called. */
  enter(): () => void {
    if (this.#closing !== undefined) throw new Refusal('the system: is closed; make another one')
    this.#calls += 1
    return () => {
      this.#calls -= 1
      if (this.#calls === 0) this.#closing?.close()
    }
  }

  /** Refuses further calls, and closes the connections when those under way have ended. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      let close = (): void => {}
      const promise = new Promise<void>((resolve) => {
        close = resolve
      }).then(() => this.#own?.close())
      this.#closing = { promise, close }
      if (this.#calls === 0) close()
    }
    return this.#closing.promise
  }
}

/** When a dispatcher of the caller's writes a request is not known. */
function byOwn(dispatcher: Dispatcher, origin: string, reset: boolean): Carry {
  const carry = byUndici(dispatcher, origin, reset)
  return (request, attempt, begun) => {
    begun()
    return carry(request, attempt, begun)
  }
}

/** undefined in a runtime without undici. */
async function openPool(
  origin: string,
  { proxy, tls }: ConnectionSettings,
  connections: number,
): Promise<UndiciDispatcher | undefined> {
  const [{ default: Pool }, { default: buildConnector }] = await Promise.all([
    import('#undici/dispatcher/pool'),
    import('#undici/core/connect'),
  ])
  if (Pool === undefined || buildConnector === undefined) {
    if (proxy !== undefined) refuse('proxy', 'this runtime has no undici; give a fetch of your own')
    if (tls !== undefined) refuse('tls', 'this runtime has no undici; give a fetch of your own')
    return undefined
  }
  const connect = hearingAlerts(buildConnector({ ...tls }))
  const options = { ...fixed, connections, connect }
  if (proxy === undefined) return new Pool(origin, options)
  const { default: EnvHttpProxyAgent } = await import('#undici/dispatcher/env-http-proxy-agent')
  if (EnvHttpProxyAgent === undefined) return undefined
  return new EnvHttpProxyAgent({ ...options, requestTls: { ...tls } })
}
