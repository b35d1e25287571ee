import { clampRetryAfter, codeOfStatus } from '../../core/http/http-status.js'
import { providerWords } from '../../core/http/json.js'
import type { Answer, Failure } from '../../core/words/answer.js'

/** Codes for an unknown task. Similar codes mean an unknown function, service, alias or version. */
const taskUnknown: ReadonlySet<string> = new Set(['StatefulAsyncInvocationNotFound', 'AsyncTaskNotFound'])

/** The code for a task that had already ended (github.com/Serverless-Devs/serverless-cd, cancelTask). */
export const alreadyCompleted = 'StatefulAsyncInvocationAlreadyCompleted'

/**
 * Reads a failed answer. Its body has one of three forms: `ErrorCode`/`ErrorMessage` (2016-08-15 in practice),
 * `errorCode`/`errorMessage` (documented for 2.0), `Code`/`Message`/`RequestId` (3.0, and the gateway).
 */
export function readFailure(answer: Answer<unknown>): Failure {
  const { status, error } = answer
  const words = providerWords(error, {
    code: ['errorCode', 'ErrorCode', 'Code'],
    message: ['errorMessage', 'ErrorMessage', 'Message'],
  })
  const { providerCode } = words
  // An unknown key, not an unknown task. The gateway answers 403; other parts of this cloud answer 404.
  if (/^(?:Signature|InvalidAccessKey)/.test(providerCode ?? '')) {
    return { code: 'unauthenticated', ...words, hint: 'check the access key and the signature of `auth`' }
  }
  if (status === 404) {
    if (providerCode === undefined) {
      return { code: 'protocol', ...words, hint: 'not an answer of Function Compute; check baseUrl' }
    }
    return { code: 'not_found', ...words, missing: taskUnknown.has(providerCode) }
  }
  if (providerCode === 'PathNotSupported') return { code: 'protocol', ...words, hint: 'check baseUrl and apiVersion' }
  // The gateway uses the status 400 for throttling.
  if (providerCode?.startsWith('Throttling') === true) return { code: 'rate_limited', ...words, ...askedToWait(answer) }
  // `ClientClosedRequest`: a connection ended early, on one of the two sides of the gateway.
  if (status === 499) return { code: 'unavailable', ...words }
  return { code: codeOfStatus(status), ...words, ...askedToWait(answer) }
}

/** The pause that the gateway asks for, from its own header, in milliseconds (as the vendor's SDK for 3.0 reads it). */
function askedToWait({ headers }: Answer<unknown>): Pick<Failure, 'retryAfterMs'> {
  const value = headers.get('x-acs-retry-after') ?? ''
  return /^\d+$/.test(value) ? { retryAfterMs: clampRetryAfter(Number(value)) } : {}
}
