import { codeOfStatus } from '../../core/http/http-status.js'
import { textField } from '../../core/http/json.js'
import type { Answer, Failure } from '../../core/words/answer.js'

/** Reads a failed answer: `SimpleExceptionDetail` with `title`, `detail` and `errorCode`. The last two may be null. */
export function readFailure({ status, error }: Answer<unknown>): Failure {
  const title = textField(error, 'title')
  const detail = textField(error, 'detail')
  const providerMessage =
    [title, detail].filter((text) => text !== undefined).join(': ') || (typeof error === 'string' ? error : undefined)
  const words = { providerCode: textField(error, 'errorCode'), providerMessage }
  switch (status) {
    // "Unsupported state for operation": the HTTP request is valid, but the state of the job request does not allow it.
    case 400:
      return { code: 'failed_precondition', ...words }
    case 403:
      return {
        code: 'permission_denied',
        ...words,
        hint: "other people's requests need the role ESSAdmin (ESS Administrator Role)",
      }
    // Only a 404 with a body of this API means that the request is unknown. Any other server also answers 404.
    case 404:
      return title === undefined
        ? { code: 'protocol', ...words, hint: 'not an answer of Enterprise Scheduler; check baseUrl' }
        : { code: 'not_found', ...words, missing: true }
    default:
      return { code: codeOfStatus(status), ...words }
  }
}
