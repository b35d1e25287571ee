import { checkFunction, checkOneOf, fieldsOf } from '../check/check.js'
import { isPlain } from '../check/fields.js'
import { checkHeaders, pairsOf } from '../check/headers.js'
import { refuse } from '../words/refusal.js'

/** What the typed client can be asked to do; fetch itself refuses TRACE. */
export const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'] as const

export function checkMethod(value: unknown): string {
  const method = typeof value === 'string' ? methods.find((known) => known === value.toUpperCase()) : undefined
  return method ?? refuse('method', `must be one of ${methods.join(', ')}`)
}

/** A path as the specs have them. It is written behind the base URL, so that whatever else it held would move the host. */
export function checkPath(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/'))
    refuse('path', 'must be a path of the spec, from its slash on')
  if (/[\\?#\s\p{Cc}]/u.test(value) || !value.isWellFormed()) {
    refuse(
      'path',
      'must have no query, fragment, backslash, blank or control character; a query goes into params.query',
    )
  }
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(value)) refuse('path', 'must not have dot segments')
  return value
}

/**
 * Checks what a method of the typed client is given, and hands it on in a form in which nothing is lost: openapi-fetch
 * reads own fields only, leaves headers out that it does not understand, and throws bare errors for the rest.
 */
export function checkClientCall(method: string, value: unknown): Record<string, unknown> {
  const fields = fieldsOf(value ?? {}, 'options')
  for (const name of ['baseUrl', 'fetch', 'pathSerializer', 'Request']) {
    if (fields[name] !== undefined) refuse(name, 'cannot be changed for one call; make another system')
  }
  const { params, headers, body, parseAs, querySerializer, bodySerializer, middleware, ...rest } = fields
  for (const [name, option] of Object.entries(rest)) checkRequestOption(name, option)
  const { path, query, header } = fieldsOf(params ?? {}, 'params')
  checkFunction(bodySerializer, 'bodySerializer')
  if ('body' in fields) checkBody(method, body, bodySerializer === undefined)
  const inOwnWords = typeof querySerializer === 'function'
  return {
    ...rest,
    params: {
      // Always there, or the placeholders of the path would be sent as they are.
      path: fieldsOf(path ?? {}, 'params.path'),
      query: inOwnWords ? query : checkQuery(query),
      header: headersOf(header, 'params.header'),
    },
    headers: headersOf(headers, 'headers'),
    body,
    parseAs: checkOneOf(parseAs, 'parseAs', ['json', 'text', 'blob', 'arrayBuffer', 'stream'], 'json'),
    middleware: checkMiddleware(middleware ?? []),
    ...(bodySerializer === undefined ? {} : { bodySerializer: telling('bodySerializer', bodySerializer) }),
    ...(querySerializer === undefined
      ? {}
      : {
          querySerializer: inOwnWords
            ? telling('querySerializer', querySerializer)
            : fieldsOf(querySerializer, 'querySerializer'),
        }),
  }
}

/** Middleware as openapi-fetch takes it; what is false, as of `debug && logging`, is left out. */
export function checkMiddleware(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) refuse('middleware', 'must be an array')
  const hooks = ['onRequest', 'onResponse', 'onError']
  for (const each of value.filter(Boolean)) {
    const known = typeof each === 'object' ? hooks.filter((hook) => each[hook] !== undefined) : []
    if (known.length === 0) refuse('middleware', `must have one of the functions ${hooks.join(', ')}`)
    for (const hook of known) checkFunction(each[hook], `middleware.${hook}`)
  }
  return value
}

/** What fetch takes beside what openapi-fetch does, as its types have it. Only `signal` has an effect here. */
const requestOptions: ReadonlySet<string> = new Set([
  ...['signal', 'cache', 'credentials', 'integrity', 'keepalive', 'mode', 'priority', 'redirect', 'referrer'],
  ...['referrerPolicy', 'duplex'],
])

/** What a call of the typed client is given, for errors. */
const known = 'params, headers, body, parseAs, querySerializer, bodySerializer, middleware, signal'

/** What is given for all calls at once. */
const ofFactory: ReadonlySet<string> = new Set(['timeoutMs', 'attemptTimeoutMs', 'retry', 'auth', 'logger'])

/** Whether fetch takes an option: `signal`, and others that have no effect here. */
function checkRequestOption(name: string, option: unknown): void {
  if (!requestOptions.has(name)) {
    const elsewhere = ofFactory.has(name) ? `; ${name} is an option of the factory, for all calls of this client` : ''
    refuse(
      `options.${name.slice(0, 40)}`,
      `is not an option of a call of the typed client; known are ${known}${elsewhere}`,
    )
  }
  try {
    new Request('http://localhost', { [name]: option })
  } catch {
    refuse(name.slice(0, 40), 'is not what fetch takes')
  }
}

function checkBody(method: string, body: unknown, asJson: boolean): void {
  // Every body of the specs is required; this one got lost on its way.
  if (body === undefined) refuse('body', 'is undefined')
  if (method === 'GET' || method === 'HEAD') refuse('body', `cannot be combined with ${method}`)
  let text: string | undefined
  try {
    text = asJson ? JSON.stringify(body) : ''
  } catch {}
  if (text === undefined)
    refuse('body', 'cannot be written as JSON; a bigint, a function or a circular reference is not allowed')
}

function checkQuery(value: unknown): object {
  const query = fieldsOf(value ?? {}, 'params.query')
  for (const [name, given] of Object.entries(query)) {
    const isFlat = given === undefined || given === null || isPrimitive(given) || partsOf(given)?.every(isPrimitive)
    if (!isFlat)
      refuse(
        `params.query.${name.slice(0, 40)}`,
        'must be text, a number or a boolean, or a flat list or object of them',
      )
  }
  return query
}

/** What a list or plain object holds. */
function partsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null && isPlain(value) ? Object.values(value) : undefined
}

function isPrimitive(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  return ['number', 'boolean', 'bigint'].includes(typeof value)
}

/** Headers as openapi-fetch's types allow them: also numbers, flags, lists, and null, which takes one away. */
function headersOf(value: unknown, field: string): Readonly<Record<string, string | null>> {
  if (value === undefined || value === null) return {}
  const pairs = pairsOf(value, field).filter(([, text]) => text !== undefined)
  const removed = pairs.filter(([, text]) => text === null).map(([name]) => [name, null])
  const given = pairs.filter(([, text]) => text !== null).map(([name, text]) => [name, headerText(text)])
  return { ...Object.fromEntries(removed), ...checkHeaders(given, field) }
}

function headerText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(headerText).join(', ')
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

/** A caller's serializer, whose errors say that it was it. */
function telling(field: string, serialize: unknown): (...given: unknown[]) => unknown {
  return (...given) => {
    let text: unknown
    try {
      text = (serialize as (...all: unknown[]) => unknown)(...given)
    } catch {
      refuse(field, 'threw an error')
    }
    if (typeof text !== 'string') refuse(field, 'must return a text')
    if (field === 'querySerializer' && text.includes('#')) refuse(field, 'must return a query without "#"')
    return text
  }
}
