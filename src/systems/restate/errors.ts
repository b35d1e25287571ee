import { codeOfStatus } from '../../core/http/http-status.js'
import { providerWords, textField } from '../../core/http/json.js'
import type { Answer, Failure } from '../../core/words/answer.js'
import type { HeaderFields } from '../../core/words/header-fields.js'

/**
 * Reads a failed answer. Restate has two kinds of 404. With a JSON body, the invocation is unknown. With an empty body,
 * the server has no such route: baseUrl is wrong, or the server is older than the operation (measured on 1.5.3 to
 * 1.7.12). Bad queries are refused in plain text. 405 and 429 have no body.
 */
export function readFailure({ status, error, headers }: Answer<unknown>): Failure {
  const { providerCode, providerMessage } = providerWords(error, { code: ['restate_code'], message: ['message'] })
  if (isOfIngress(error, headers)) return { code: 'protocol', providerMessage, hint: ingressHint }
  if (status !== 404) return { code: codeOfStatus(status), providerCode, providerMessage }
  // Every error of the admin API has this field, which may be null. The JSON 404 of the ingress does not have it.
  const isOurs = typeof error === 'object' && error !== null && 'restate_code' in error
  if (isOurs) return { code: 'not_found', providerCode, providerMessage, missing: true }
  const hint = "the server has no such route; check baseUrl and the server's version"
  return { code: 'protocol', providerMessage, hint }
}

const ingressHint = "this looks like Restate's ingress; `baseUrl` must be the admin address, port 9070 by default"

/**
 * The ingress, where services are called, treats every path as a service call. It answers `bad path: /version` and
 * `service 'invocations' not found`, and identifies itself in a header or the body (seen on 1.7.12; older servers say less).
 */
function isOfIngress(error: unknown, headers: HeaderFields): boolean {
  if (headers.get('x-restate-error-source') === 'ingress' || textField(error, 'source') === 'ingress') return true
  return /^bad path: |^service 'invocations' not found/.test(textField(error, 'message') ?? '')
}
