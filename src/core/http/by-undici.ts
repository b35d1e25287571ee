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
  maxRedirections: undefined,
  typeOfService: undefined,
}

/** Sends by a dispatcher of undici. `reset` closes the connection after the answer. */
export function byUndici(dispatcher: Dispatcher, origin: string, reset = false): Carry {
  const dispatch = dispatcher.dispatch.bind(dispatcher) as (request: object, handler: object) => boolean
  return ({ method, url, headers, body }, attempt, begun, over = nothing) =>
    new Promise((resolve, reject) => {
      const handler = new Handler(attempt, begun, over, resolve, reject)
      dispatch(
        {
          origin,
          path: url.pathname + url.search,
          method,
          headers: { accept: '*/*', 'user-agent': 'allstop', ...headers },
          body: body === '' ? null : body,
          reset,
          // Not first, see merged.ts.
          ...absent,
        },
        handler,
      )
    })
}

const nothing = (): void => {}

/** For what is no HTTP, only the caller's own dispatcher can be the cause. */
function malformed(what: string): Error {
  return Object.assign(new Error(`the dispatcher gave ${what}`), { code: 'HPE_INVALID' })
}

/** Hears from undici what comes of one request, and is the answer. */
class Handler implements Arriving {
  // Fields of their own: what is on `Object.prototype` is no part of an answer.
  readonly followed = false
  readonly isOpaque = false
  readonly headers: HeaderMap = new HeaderMap()
  status = 0
  readonly #attempt: AttemptSignal
  readonly #begun: () => void
  readonly #over: () => void
  readonly #resolve: (answer: () => Arriving) => void
  readonly #reject: (thrown: unknown) => void
  #controller: Controller | undefined
  readonly #chunks: Uint8Array[] = []
  #size = 0
  #hasLeft = false
  /** The body, when all of it has come, or why it does not. */
  #text: string | undefined
  #failure: { readonly thrown: unknown } | undefined
  #waiting: { resolve(text: string): void; reject(thrown: unknown): void } | undefined

  constructor(
    attempt: AttemptSignal,
    begun: () => void,
    over: () => void,
    resolve: (answer: () => Arriving) => void,
    reject: (thrown: unknown) => void,
  ) {
    this.#attempt = attempt
    this.#begun = begun
    this.#over = over
    this.#resolve = resolve
    this.#reject = reject
    attempt.onEnd(() => this.discard())
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  onRequestStart(controller: Controller): void {
    // Never twice, whatever the dispatcher thinks of the first time.
    if (this.#controller !== undefined) {
      controller.abort(new Error('a request is sent only once'))
      return
    }
    this.#controller = controller
    if (this.#attempt.ended() === undefined) this.#begun()
    else this.discard()
  }

  onResponseStart(_: Controller, status: number, fields: Fields): void {
    // An early hint; the answer is still to come. The first one counts.
    if ((status >= 100 && status < 200) || this.status !== 0) return
    try {
      this.#readHead(status, fields)
      this.#resolve(() => this)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #readHead(status: number, fields: Fields): void {
    if (!Number.isInteger(status) || status === 0) throw malformed('no status')
    if (typeof fields !== 'object' || fields === null) throw malformed('no headers')
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') this.headers.set(name.toLowerCase(), value)
      else if (Array.isArray(value)) this.headers.set(name.toLowerCase(), value.join(', '))
      else if (value !== undefined) throw malformed('headers that are not text')
    }
    this.status = status
  }

  onResponseData(_: Controller, chunk: Uint8Array): void {
    if (this.#isOver()) return
    if (!ArrayBuffer.isView(chunk)) {
      this.#fail(malformed('a body that is not bytes'))
      return
    }
    this.#size += chunk.byteLength
    if (this.#size <= bodyLimitBytes) this.#chunks.push(chunk)
    else {
      this.#fail(new BodyTooLarge())
      this.discard()
    }
  }

  onResponseEnd(): void {
    this.#leave()
    if (this.#isOver()) return
    try {
      if (this.status === 0) throw malformed('an end without a beginning')
      this.#text = this.#size === 0 ? '' : decoded(this.#chunks, this.headers.get('content-encoding'))
      this.#waiting?.resolve(this.#text)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  /** What comes after the end or a failure does not count. */
  #isOver(): boolean {
    return this.#text !== undefined || this.#failure !== undefined
  }

  onResponseError(_: Controller, error: unknown): void {
    this.#leave()
    this.#fail(error)
  }

  #leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#over()
  }

  #fail(thrown: unknown): void {
    if (this.#isOver()) return
    this.#failure = { thrown }
    this.#reject(thrown)
    this.#waiting?.reject(thrown)
  }

  text(): string | Promise<string> {
    // Such an answer has no body (RFC 9110), whatever its length says.
    if (this.status === 204 || this.status === 205) return ''
    if (this.#text !== undefined) return this.#text
    if (this.#failure !== undefined) return Promise.reject(this.#failure.thrown)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  discard(): void {
    this.#controller?.abort(new Error('the attempt has ended'))
  }
}
