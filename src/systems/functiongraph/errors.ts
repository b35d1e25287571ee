import { codeOfStatus } from '../../core/http/http-status.js'
import { providerWords } from '../../core/http/json.js'
import type { Answer, Failure } from '../../core/words/answer.js'

/** The codes of the gateway: `APIGW.0101`, or `APIG.0101` from an older or dedicated gateway. */
const gatewayCode = /^APIG(?:W)?\.(\d{4})$/

/**
 * Reads a failed answer. The service sends `{error_code, error_msg}`; the gateway adds `request_id`. For a bad token the
 * service answers 403 FSS.0403, and the gateway 401 APIGW.0301.
 */
export function readFailure({ status, error }: Answer<unknown>): Failure {
  const words = providerWords(error, { code: ['error_code'], message: ['error_msg'] })
  const { providerCode, providerMessage } = words
  const gateway = gatewayCode.exec(providerCode ?? '')?.[1]
  if (gateway === '0101') return { code: 'protocol', ...words, hint: 'no such API here; check baseUrl' }
  // The body is not one of the service, so another server answered 404.
  if (status === 404 && providerCode === undefined) {
    return { code: 'protocol', ...words, hint: 'not an answer of FunctionGraph; check baseUrl' }
  }
  if (status === 403 && providerCode === 'FSS.0403' && /token/i.test(providerMessage ?? '')) {
    return { code: 'unauthenticated', ...words, hint: 'check the token of `auth`' }
  }
  return { code: codeOfStatus(status), ...words }
}
