import type { AttemptSignal } from '../time/attempt-signal.js'
import { HeaderMap } from '../words/header-fields.js'
import { BodyTooLarge, bodyLimitBytes } from './body.js'
import type { Arriving, Carry } from './carry.js'
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
      dispatch(
        {
          origin,
          path: url.pathname + url.search,
          method,
          headers: { accept: '*/*', 'user-agent': 'allstop', ...headers },
          body: body === '' ? null : body,
          reset,
          // Not first: on Node 20 an object that is copied and then extended is slow, and outlives many collections.
          ...absent,
        },
        new Handler(attempt, begun, resolve, reject),
      )
    })
}

/** Hears from undici what comes of one request, and is the answer. */
class Handler implements Arriving {
  status = 0
  headers: HeaderMap = new HeaderMap()
  #controller: Controller | undefined
  readonly #chunks: Uint8Array[] = []
  #size = 0
  /** The body, when all of it has come, or why it does not. */
  #text: string | undefined
  #failure: { readonly thrown: unknown } | undefined
  #waiting: { resolve(text: string): void; reject(thrown: unknown): void } | undefined

  constructor(
    readonly attempt: AttemptSignal,
    readonly begun: () => void,
    readonly resolve: (answer: () => Arriving) => void,
    readonly reject: (thrown: unknown) => void,
  ) {
    attempt.onEnd(() => this.discard())
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.attempt.ended() === undefined) this.begun()
    else this.discard()
  }

  onResponseStart(_: Controller, status: number, fields: Fields): void {
    // An early hint; the answer is still to come.
    if (status < 200) return
    this.status = status
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) this.headers.set(name, typeof value === 'string' ? value : value.join(', '))
    }
    this.resolve(() => this)
  }

  onResponseData(_: Controller, chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (this.#size <= bodyLimitBytes) this.#chunks.push(chunk)
    else {
      this.#fail(new BodyTooLarge())
      this.discard()
    }
  }

  onResponseEnd(): void {
    try {
      this.#text = this.#size === 0 ? '' : decoded(this.#chunks, this.headers.get('content-encoding'))
      this.#waiting?.resolve(this.#text)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  onResponseError(_: Controller, error: Error): void {
    this.reject(error)
    this.#fail(error)
  }

  #fail(thrown: unknown): void {
    this.#failure ??= { thrown }
    this.#waiting?.reject(thrown)
  }

  text(): string | Promise<string> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.thrown)
    return (
      this.#text ??
      new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
      })
    )
  }

  discard(): void {
    this.#controller?.abort(new Error('the attempt has ended'))
  }
}
