import { Refusal, refuse } from '../words/refusal.js'
import { byFetch } from './by-fetch.js'
import { byUndici } from './by-undici.js'
import type { Carry } from './carry.js'
import type { ConnectionSettings } from './connection-options.js'
import type { Dispatcher } from './dispatcher.js'
import { isIntercepted } from './interception.js'
import { ownFetch } from './own-fetch.js'
import { openPool } from './pool.js'
import { limited } from './turns.js'
import { loadUndici, type Undici } from './undici.js'

/** What of connections is not the caller's choice. */
interface ConnectionRules {
  /** The most connections. More requests wait until one is free. */
  readonly most: number
  /** Each connection is closed after its answer, not kept for the next requests. */
  readonly reset: boolean
}

/** The connections to one server. */
export class Connections {
  readonly #opening: () => Promise<Carry>
  #carry: Carry | Promise<Carry> | undefined
  /** What is closed with it. */
  #own: { destroy(): Promise<void> } | undefined
  #calls = 0
  #closing: Promise<void> | undefined
  #onIdle: (() => void) | undefined

  constructor(
    origin: string,
    settings: ConnectionSettings,
    { most, reset }: ConnectionRules,
    load: () => Promise<Undici | undefined> = loadUndici,
  ) {
    const { dispatcher, proxy, tls } = settings
    this.#opening = async () => {
      if (dispatcher !== undefined) return byOwn(dispatcher, origin, reset)
      const undici = await load()
      if (undici === undefined) refuseWithoutUndici(settings)
      const own = undici === undefined ? ownFetch() : await openPool(undici, origin, settings, most)
      this.#own = own
      if ('fetch' in own) return limited(byFetch(own.fetch), most)
      const carry = limited(byUndici(own, origin, reset), most)
      const isChosen = proxy !== undefined || tls !== undefined
      return isChosen ? carry : unlessIntercepted(carry)
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
      if (this.#calls === 0) this.#onIdle?.()
    }
  }

  /** Refuses further calls, and closes the connections when those under way have ended. */
  close(): Promise<void> {
    this.#closing ??= this.#idle().then(() => this.#own?.destroy())
    return this.#closing
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#calls === 0) resolve()
      else this.#onIdle = resolve
    })
  }
}

/** The choice is made for each request: a test may replace fetch for a while. */
function unlessIntercepted(carry: Carry): Carry {
  const other = byFetch((url, init) => globalThis.fetch(url, init))
  return (request, attempt, begun) => (isIntercepted() ? other : carry)(request, attempt, begun)
}

/** When a dispatcher of the caller's writes a request is not known. */
function byOwn(dispatcher: Dispatcher, origin: string, reset: boolean): Carry {
  const carry = byUndici(dispatcher, origin, reset)
  return (request, attempt, begun) => {
    begun()
    return carry(request, attempt, begun)
  }
}

/** Without undici, the options that only it has are refused. */
function refuseWithoutUndici(settings: ConnectionSettings): void {
  for (const name of ['proxy', 'tls'] as const) {
    if (settings[name] !== undefined) refuse(name, 'this runtime has no undici; give a fetch of your own')
  }
}
