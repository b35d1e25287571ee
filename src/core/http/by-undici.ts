import { HeaderMap } from '../words/header-fields.js'
import { BodyTooLarge, bodyLimitBytes } from './body.js'
import type { Carry } from './carry.js'
import type { Dispatcher } from './dispatcher.js'
import { decoded } from './encoding.js'

/** What undici gives a handler to end its request with. */
interface Controller {
  abort(reason: Error): void
}

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

/** The options of a request that undici would otherwise take from `Object.prototype`. */
const absent = {
  query: undefined,
  idempotent: undefined,
  blocking: undefined,
  upgrade: undefined,
  expectContinue: undefined,
  servername: undefined,
  throwOnError: undefined,
  headersTimeout: undefined,
  bodyTimeout: undefined,
}

/** Sends by a dispatcher of undici. `reset` closes the connection after the answer. */
export function byUndici(dispatcher: Dispatcher, origin: string, reset = false): Carry {
  const dispatch = dispatcher.dispatch.bind(dispatcher) as (request: object, handler: object) => boolean
  return ({ method, url, headers, body }, attempt, begun) =>
    new Promise((resolve, reject) => {
      let controller: Controller | undefined
      const end = (): void => controller?.abort(new Error('the attempt has ended'))
      attempt.onEnd(end)
      const collecting = new Collecting(end)
      dispatch(
        {
          ...absent,
          origin,
          path: url.pathname + url.search,
          method,
          headers: { accept: '*/*', 'user-agent': 'allstop', ...headers },
          body: body === '' ? null : body,
          reset,
        },
        {
          onRequestStart(started: Controller) {
            controller = started
            if (attempt.ended() === undefined) begun()
            else end()
          },
          onResponseStart(_: Controller, status: number, fields: Fields) {
            // An early hint; the answer is still to come.
            if (status < 200) return
            const map = headersOf(fields)
            collecting.encoding = map.get('content-encoding')
            const ok = status < 300
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

function headersOf(fields: Fields): HeaderMap {
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) map.set(name, typeof value === 'string' ? value : value.join(', '))
  }
  return map
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
