import type { Answer, Failure } from '../../core/call.js'
import { codeOfStatus } from '../../core/http-status.js'
import { textField } from '../../core/json.js'

/**
 * Reads a failed answer: `{"Error":{"Code","Message"}}`, except that the gateway refuses a certificate or token with
 * an empty body (github.com/microsoft/service-fabric, RequestHandlerBase).
 */
export function readFailure({ status, error }: Answer<unknown>): Failure {
  const inner = typeof error === 'object' && error !== null && 'Error' in error ? error.Error : undefined
  const providerCode = textField(inner, 'Code')
  const providerMessage = textField(inner, 'Message') ?? (typeof error === 'string' ? error : undefined)
  const words = { providerCode, providerMessage }
  if (status === 403 && providerCode === undefined) {
    return { code: 'unauthenticated', ...words, hint: 'the cluster did not accept the client certificate or token' }
  }
  if (status === 403) {
    return { code: 'permission_denied', ...words, hint: 'deleting needs the Admin role, and the right clusterId' }
  }
  // Only this code says that the application is unknown. Any other 404 is somebody else's.
  if (status === 404) {
    return providerCode === 'FABRIC_E_APPLICATION_NOT_FOUND'
      ? { code: 'not_found', ...words, missing: true }
      : { code: 'protocol', ...words, hint: 'not an answer of the Service Fabric gateway; check baseUrl' }
  }
  return { code: codeOfStatus(status), ...words }
}
