import type { Answer, Failure } from '../../core/answer.js'
import { codeOfStatus } from '../../core/http-status.js'
import { textField } from '../../core/json.js'

/**
 * Reads a failed answer. Restate has two 404: with a JSON body the invocation is unknown; with an empty one the server
 * has no such route, because baseUrl leads elsewhere or the server is older than the operation (measured on 1.5.3 to
 * 1.7.12). Bad queries are refused in plain text, and 405 and 429 have no body.
 */
export function readFailure({ status, error }: Answer<unknown>): Failure {
  const providerMessage = textField(error, 'message') ?? (typeof error === 'string' ? error : undefined)
  const providerCode = textField(error, 'restate_code')
  if (status !== 404) return { code: codeOfStatus(status), providerCode, providerMessage }
  // Every error of the admin API has this field, null or not. The ingress, for one, has a JSON 404 without it.
  const isOurs = typeof error === 'object' && error !== null && 'restate_code' in error
  if (isOurs) return { code: 'not_found', providerCode, providerMessage, missing: true }
  const hint = 'the server has no such route; check baseUrl and the server’s version'
  return { code: 'protocol', providerMessage, hint }
}
