import type { Answer, Failure } from '../../core/answer.js'
import { codeOfStatus } from '../../core/http-status.js'
import { textField } from '../../core/json.js'

/**
 * Reads a failed answer. Restate has two 404: with a JSON body the invocation is unknown; with an empty one the server
 * has no such route, because baseUrl leads elsewhere or the server is older than the operation (measured on 1.5.3 to
 * 1.7.12). Bad queries are refused in plain text, and 405 and 429 have no body.
 */
export function readFailure({ status, error, headers }: Answer<unknown>): Failure {
  const providerMessage = textField(error, 'message') ?? (typeof error === 'string' ? error : undefined)
  const providerCode = textField(error, 'restate_code')
  if (isOfIngress(error, headers)) return { code: 'protocol', providerMessage, hint: ingressHint }
  if (status !== 404) return { code: codeOfStatus(status), providerCode, providerMessage }
  // Every error of the admin API has this field, null or not. The ingress, for one, has a JSON 404 without it.
  const isOurs = typeof error === 'object' && error !== null && 'restate_code' in error
  if (isOurs) return { code: 'not_found', providerCode, providerMessage, missing: true }
  const hint = 'the server has no such route; check baseUrl and the server’s version'
  return { code: 'protocol', providerMessage, hint }
}

const ingressHint = "this looks like Restate's ingress; `baseUrl` must be the admin address, port 9070 by default"

/**
 * The ingress, where services are called, takes every path for a service's: it answers `bad path: /version`, and `service
 * 'invocations' not found`, and says in a header or the body that it was it (seen on 1.7.12; older ones say less).
 */
function isOfIngress(error: unknown, headers: Headers): boolean {
  if (headers.get('x-restate-error-source') === 'ingress' || textField(error, 'source') === 'ingress') return true
  return /^bad path: |^service 'invocations' not found/.test(textField(error, 'message') ?? '')
}
