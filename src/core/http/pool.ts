/// <reference path="./undici-pool.d.ts" />
import type { AttemptSignal } from '../time/attempt-signal.js'
import { HeaderMap } from '../words/header-fields.js'
import type { Arriving, Sent } from './arriving.js'
import { BodyTooLarge, bodyLimitBytes } from './body.js'
import { decoded } from './encoding.js'

/** Sends requests to one origin over a bounded number of connections, which are kept for the next requests. */
export type Carry = (request: Sent, attempt: AttemptSignal) => Promise<() => Arriving>

/** Something of undici that can send: a Pool, an Agent, a ProxyAgent. */
interface Dispatcher {
  dispatch(request: object, handler: object): boolean
}

/** What undici tells a handler to end the request with. */
interface Controller {
  abort(reason: Error): void
}

/** The most connections to one origin. More requests wait for one of them. */
const mostConnections = 64

/** undici's own time-outs are off: each try has one. Nothing is sent again, and no request waits behind another. */
const options = {
  connections: mostConnections,
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
}

/** The carrier to one origin, opened when it is first needed; undefined in a runtime that has no undici. */
export function carrierTo(origin: string): () => Promise<Carry | undefined> {
  let opened: Promise<Carry | undefined> | undefined
  return () => {
    opened ??= open(origin)
    return opened
  }
}

async function open(origin: string): Promise<Carry | undefined> {
  const { default: Pool } = await import('#pool')
  // Only in a runtime without undici, where no-pool.ts stands for it.
  if ((Pool as unknown) === undefined) return undefined
  const pool: Dispatcher = new Pool(origin, options)
  return (request, attempt) => dispatch(pool, origin, request, attempt)
}

function dispatch(
  dispatcher: Dispatcher,
  origin: string,
  { method, url, headers, body }: Sent,
  attempt: AttemptSignal,
): Promise<() => Arriving> {
  return new Promise((resolve, reject) => {
    let controller: Controller | undefined
    const end = (): void => controller?.abort(new Error('the attempt has ended'))
    attempt.onEnd(end)
    const collecting = new Collecting(end)
    dispatcher.dispatch(
      {
        origin,
        path: url.pathname + url.search,
        method,
        headers: { accept: '*/*', 'user-agent': 'allstop', ...headers },
        body: body === '' ? null : body,
      },
      {
        onRequestStart(started: Controller) {
          controller = started
          if (attempt.ended() !== undefined) end()
        },
        onResponseStart(_: Controller, status: number, fields: Readonly<Record<string, string | readonly string[]>>) {
          // An early hint; the answer is still to come.
          if (status < 200) return
          const map = new HeaderMap()
          for (const [name, value] of Object.entries(fields))
            map.set(name, String(Array.isArray(value) ? value.join(', ') : value))
          collecting.encoding = map.get('content-encoding')
          const ok = status >= 200 && status < 300
          resolve(() => ({ status, ok, headers: map, text: () => collecting.text, discard: end }))
        },
        onResponseData(_: Controller, chunk: Uint8Array) {
          collecting.add(chunk)
        },
        onResponseEnd() {
          collecting.end()
        },
        onResponseError(_: Controller, error: Error) {
          reject(error)
          collecting.fail(error)
        },
      },
    )
  })
}

/** The body of an answer while it comes. */
class Collecting {
  encoding: string | null = null
  readonly text: Promise<string>
  readonly #stop: () => void
  readonly #chunks: Uint8Array[] = []
  #size = 0
  #resolve: (text: string) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(stop: () => void) {
    this.#stop = stop
    this.text = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Nobody may want it any more.
    this.text.catch(() => {})
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (this.#size <= bodyLimitBytes) this.#chunks.push(chunk)
    else {
      this.fail(new BodyTooLarge())
      this.#stop()
    }
  }

  end(): void {
    try {
      this.#resolve(this.#size === 0 ? '' : decoded(this.#chunks, this.encoding))
    } catch (thrown) {
      this.#reject(thrown)
    }
  }

  fail(error: unknown): void {
    this.#reject(error)
  }
}
