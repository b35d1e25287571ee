import type { Answer, Failure } from '../../core/answer.js'
import { codeOfStatus } from '../../core/http-status.js'
import { textField } from '../../core/json.js'

/** Reads a failed answer: `SimpleExceptionDetail` with `title`, `detail` and `errorCode`, any of the last two null. */
export function readFailure(answer: Answer<unknown>): Failure {
  const { status, error } = answer
  const title = textField(error, 'title')
  const detail = textField(error, 'detail')
  const providerMessage =
    [title, detail].filter((text) => text !== undefined).join(': ') || (typeof error === 'string' ? error : undefined)
  const words = { providerCode: textField(error, 'errorCode'), providerMessage, requestId: requestIdOf(answer) }
  switch (status) {
    // "Unsupported state for operation": the request is well formed, its state is not.
    case 400:
      return { code: 'failed_precondition', ...words }
    case 403:
      return {
        code: 'permission_denied',
        ...words,
        hint: "other people's requests need the role ESSAdmin (ESS Administrator Role)",
      }
    // Only a body of this API says that the request is unknown; any other server says 404 too.
    case 404:
      return title === undefined
        ? { code: 'protocol', ...words, hint: 'not an answer of Enterprise Scheduler; check baseUrl' }
        : { code: 'not_found', ...words, missing: true }
    default:
      return { code: codeOfStatus(status), ...words }
  }
}

/** Oracle's execution context id, by which its logs are searched, where the server sends it. */
export function requestIdOf({ headers }: Answer<unknown>): string | undefined {
  return headers.get('x-oracle-dms-ecid') ?? headers.get('x-request-id') ?? undefined
}
