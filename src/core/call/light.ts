import { type HeaderFields, HeaderMap } from '../words/header-fields.js'
import type { Outgoing } from './transport.js'

/** The options that openapi-fetch makes of a call for its `Request`. */
interface Init {
  readonly method: string
  readonly headers: Headers
  readonly body?: string
}

/** What openapi-fetch makes in the place of a `Request` for the facade: the same, without the cost of one. */
export class LightRequest implements Outgoing {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  /** That of a call is known already. */
  readonly signal: undefined = undefined
  readonly #body: string

  constructor(url: string, { method, headers, body = '' }: Init) {
    this.url = url
    this.method = method
    this.headers = headers
    this.#body = body
  }

  text(): string {
    return this.#body
  }
}

/**
 * What openapi-fetch is given in the place of a `Response`: the facade has read the answer already. (A `Headers` would load
 * all of the fetch of Node.js when the package is imported, which takes longer than all of the package.)
 */
export const answered: { readonly status: number; readonly ok: boolean; readonly headers: HeaderFields } = {
  status: 204,
  ok: true,
  headers: new HeaderMap(),
}
