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
  maxRedirections: undefined,
  typeOfService: undefined,
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
      const fail = (error: unknown): void => {
        reject(error)
        collecting.fail(error)
      }
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
            // Never twice, whatever the dispatcher thinks of the first time.
            if (controller !== undefined) return started.abort(new Error('a request is sent only once'))
            controller = started
            if (attempt.ended() === undefined) begun()
            else end()
          },
          onResponseStart(_: Controller, status: number, fields: Fields) {
            // An early hint; the answer is still to come. The first one counts.
            if ((status >= 100 && status < 200) || collecting.encoding !== undefined) return
            try {
              if (!Number.isInteger(status)) throw malformed('no status')
              const map = headersOf(fields)
              collecting.encoding = map.get('content-encoding')
              const ok = status >= 200 && status < 300
              // Such an answer has no body (RFC 9110), whatever its length says.
              const isBare = status === 204 || status === 205
              const text = () => (isBare ? collecting.text.catch(() => '') : collecting.text)
              resolve(() => ({ status, ok, headers: map, followed: false, isOpaque: false, text, discard: end }))
            } catch (thrown) {
              fail(thrown)
            }
          },
          onResponseData(_: Controller, chunk: Uint8Array) {
            collecting.add(chunk)
          },
          onResponseEnd() {
            if (collecting.encoding === undefined) fail(malformed('an end without a beginning'))
            else collecting.end()
          },
          onResponseError(_: Controller, error: unknown) {
            fail(error)
          },
        },
      )
    })
}

/** For what is no HTTP, only the caller's own dispatcher can be the cause. */
function malformed(what: string): Error {
  return Object.assign(new Error(`the dispatcher gave ${what}`), { code: 'HPE_INVALID' })
}

function headersOf(fields: Fields): HeaderMap {
  if (typeof fields !== 'object' || fields === null) throw malformed('no headers')
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) map.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '))
  }
  return map
}

const nothing = (): void => {}

/** The body of an answer while it comes. */
class Collecting {
  /** Undefined until the head has come. */
  encoding: string | null | undefined
  readonly text: Promise<string>
  readonly #stop: () => void
  readonly #chunks: Uint8Array[] = []
  #size = 0
  #resolve: (text: string) => void = nothing
  #reject: (error: unknown) => void = nothing

  constructor(stop: () => void) {
    this.#stop = stop
    this.text = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Nobody may want it any more.
    this.text.catch(nothing)
  }

  add(chunk: Uint8Array): void {
    if (!ArrayBuffer.isView(chunk)) {
      this.fail(malformed('a body that is not bytes'))
      return
    }
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
