import { codeOfStatus } from '../../core/http/http-status.js'
import { providerWords } from '../../core/http/json.js'
import type { Answer, Failure } from '../../core/words/answer.js'

/**
 * The codes with another meaning than their status. The gateway gives every code one status
 * (github.com/microsoft/service-fabric, HttpUtil.cpp). All other codes mean the same as their status: 400 and 413
 * `invalid_argument`, 409 `failed_precondition`, 502 and 503 `unavailable`, 504 `deadline_exceeded`, 500 `unknown`.
 */
const ownMeanings: ReadonlyMap<string, Failure> = new Map<string, Failure>([
  // Only this code says that the application is unknown.
  ['404 FABRIC_E_APPLICATION_NOT_FOUND', { code: 'not_found', missing: true }],
  ['501 E_NOTIMPL', { code: 'unsupported', hint: 'the runtime of this cluster does not have this operation' }],
  [
    '401 FABRIC_E_SERVER_AUTHENTICATION_FAILED',
    { code: 'unauthenticated', hint: 'the gateway and its own cluster do not accept each other' },
  ],
])

/**
 * Reads a failed answer: `{"Error":{"Code","Message"}}`. When the gateway refuses a certificate or token, the body is
 * empty (github.com/microsoft/service-fabric, RequestHandlerBase).
 */
export function failureReader(clusterId: string | undefined): (answer: Answer<unknown>) => Failure {
  const orWrongCluster = clusterId === undefined ? '' : ', or this is not the cluster that clusterId names'
  return ({ status, error }: Answer<unknown>): Failure => {
    const inner = typeof error === 'object' && error !== null && 'Error' in error ? error.Error : undefined
    const words = providerWords(typeof inner === 'object' ? inner : typeof error === 'string' ? error : undefined, {
      code: ['Code'],
      message: ['Message'],
    })
    const { providerCode } = words
    const own = ownMeanings.get(`${status} ${providerCode}`)
    if (own !== undefined) return { ...own, ...words }
    if (status === 403 && providerCode === undefined) {
      return { code: 'unauthenticated', ...words, hint: 'the cluster did not accept the client certificate or token' }
    }
    if (status === 403) {
      return { code: 'permission_denied', ...words, hint: `a delete needs the Admin role${orWrongCluster}` }
    }
    if (status === 404) {
      return providerCode === undefined
        ? { code: 'protocol', ...words, hint: 'not an answer of the Service Fabric gateway; check baseUrl' }
        : // `not_found` would be read as the end of the application.
          { code: 'unknown', ...words, hint: 'the object that the cluster cannot find is not the application' }
    }
    return { code: codeOfStatus(status), ...words }
  }
}
