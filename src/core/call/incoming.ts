import type { Arriving } from '../http/carry.js'
import { parseJson } from '../http/json.js'
import { asItIs, type Hide, hideIn } from '../http/redact.js'
import type { StopError } from '../words/error.js'
import { type HeaderFields, HeaderMap } from '../words/header-fields.js'
import { printable } from '../words/text.js'

/** An answer whose body was read and checked. Headers that no longer apply or must not be shown are removed. */
export interface Incoming {
  readonly status: number
  readonly ok: boolean
  readonly headers: HeaderFields
  /** The body as JSON, and what it holds; undefined when it is empty. A body that is not JSON is a JSON string. */
  readonly body: { readonly json: string; readonly value: unknown } | undefined
}

/** Checks an answer whose body was read. */
export function incomingOf(
  response: Arriving,
  text: string,
  hide: Hide,
  protocolError: (what: string) => StopError,
): Incoming {
  const { status, ok } = response
  if (status < 200 || status > 599) throw protocolError(`status ${status} is not one that an API answers with`)
  const headers = new HeaderMap()
  for (const [name, value] of response.headers) {
    if (!/^(?:content-(?:length|encoding)|transfer-encoding|set-cookie2?)$/.test(name)) headers.set(name, hide(value))
  }
  if (text === '' || status === 204 || status === 205) return { status, ok, headers, body: undefined }
  const parsed = parseJson(text)
  if (ok && parsed === undefined)
    throw protocolError(`the answer is not JSON; check baseUrl; it begins: ${printable(hide(text), 120)}`)
  return { status, ok, headers, body: parsed === undefined ? asText(hide(text)) : shown(parsed, hide) }
}

/** A text that is not JSON becomes a JSON string, so that it can be parsed. */
function asText(value: string): NonNullable<Incoming['body']> {
  return { value, json: JSON.stringify(value) }
}

function shown(body: NonNullable<Incoming['body']>, hide: Hide): NonNullable<Incoming['body']> {
  if (hide === asItIs) return body
  const value = hideIn(body.value, hide)
  return { value, json: JSON.stringify(value) }
}
