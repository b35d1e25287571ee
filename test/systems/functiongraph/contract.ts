import { authToken, type Fetch, functionGraph } from 'allstop'
import { type Meaning, type OperationContract, onlyOneTry } from '../../contract/table.js'
import { ids } from '../../support/systems.js'

const system = (baseUrl: string, fetch: Fetch | undefined) =>
  functionGraph({ baseUrl, fetch, ...onlyOneTry, auth: authToken('test-token') })
const target = { functionUrn: ids.urn, requestId: ids.uuid }
const path = { project_id: ids.urn.split(':')[3] ?? '', function_urn: ids.urn }
const query = { limit: '10', status: 'RUNNING', query_begin_time: '2026-01-02T03:04:05' } as const

const noRecord = 'no record: the function may not keep the status of asynchronous invocations'

/** What every operation answers when it is refused; `changes`: it may have taken place all the same. */
function refusals(changes: boolean): Record<string, Meaning> {
  const undecided = changes ? ({ ambiguous: true } as const) : {}
  return {
    '401 badToken': { code: 'unauthenticated', providerCode: 'APIGW.0301' },
    '401 badSignature': { code: 'unauthenticated' },
    '401 unknownKey': { code: 'unauthenticated' },
    '401 noToken': { code: 'unauthenticated' },
    '401 tokenExpired': { code: 'unauthenticated' },
    '401 keyLocked': { code: 'unauthenticated' },
    '401 clockSkew': { code: 'unauthenticated' },
    '401 tokenMustBeUpdated': { code: 'unauthenticated', providerCode: 'APIGW.0307' },
    '401 dedicatedGateway': { code: 'unauthenticated' },
    '403 invalidToken': { code: 'unauthenticated', providerCode: 'FSS.0403' },
    '403 notAuthorized': { code: 'permission_denied' },
    '403 clientAddress': { code: 'permission_denied' },
    '404 functionNotFound': { code: 'not_found', providerCode: 'FSS.0404' },
    '404 functionDoesNotExist': { code: 'not_found' },
    '404 versionDoesNotExist': { code: 'not_found' },
    '404 apiNotFound': { code: 'protocol' },
    '429 gatewayThrottled': { code: 'rate_limited' },
    '429 serviceThrottled': { code: 'rate_limited' },
    '500 serviceFailed': { code: 'unknown', ...undecided },
    '500 gatewayFailed': { code: 'unknown', ...undecided },
    '502 backendUnavailable': { code: 'unavailable', ...undecided },
    '503 iamUnavailable': { code: 'unavailable', ...undecided },
    '503 serviceUnavailable': { code: 'unavailable', ...undecided },
    '504 backendTimeout': { code: 'deadline_exceeded', ...undecided },
  }
}

export const functionGraphContract: Readonly<Record<string, OperationContract>> = {
  cancelAsyncInvocation: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.POST('/v2/{project_id}/fgs/functions/{function_urn}/cancel', {
        params: { path },
        body: { request_id: ids.uuid, type: 'force' },
      }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).stop(target),
      beside: { '400 invalidRequestId': { listAsyncInvocations: '200 succeeded' } },
      means: {
        ...refusals(true),
        '200 nullBody': { outcome: 'accepted', phase: 'unknown' },
        '200 emptyObject': { outcome: 'accepted', phase: 'unknown' },
        // All that is documented for a request that has ended, so its record is asked.
        '400 invalidRequestId': { outcome: 'already-ended', phase: 'succeeded', native: 'SUCCESS' },
        '400 invalidUrn': { code: 'invalid_argument' },
        '400 gatewayBadRequest': { code: 'invalid_argument' },
      },
    },
  },
  listAsyncInvocations: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.GET('/v2/{project_id}/fgs/functions/{function_urn}/async-invocations', {
        params: { path, query: { ...query, request_id: ids.uuid } },
      }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).read(target),
      means: {
        ...refusals(false),
        '200 waiting': { phase: 'queued', native: 'WAIT' },
        '200 running': { phase: 'running', native: 'RUNNING', times: { startedAt: '2026-01-02T03:04:05.000Z' } },
        '200 succeeded': {
          phase: 'succeeded',
          native: 'SUCCESS',
          times: { startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:05:05.000Z' },
        },
        '200 failed': {
          phase: 'failed',
          native: 'FAIL',
          why: 'the record says FAIL with the code 1, but not whether a cancel is the reason',
        },
        '200 cancelled': { phase: 'stopped', native: 'FAIL 4208' },
        '200 discarded': {
          phase: 'expired',
          native: 'DISCARD',
          why: 'the record says DISCARD, but not whether a cancel is the reason',
        },
        '200 unlistedStatus': { phase: 'unknown', native: 'PARKED' },
        // Records are kept only where the function was told to, so none of ours says nothing.
        '200 otherRequest': { phase: 'unknown', why: noRecord },
        '200 empty': { phase: 'unknown', why: noRecord },
        '400 invalidParameter': { code: 'invalid_argument' },
        '400 gatewayBadRequest': { code: 'invalid_argument' },
      },
    },
  },
  createToken: {
    client: (baseUrl, fetch) =>
      functionGraph({ baseUrl, fetch, ...onlyOneTry }).client.POST('/v3/auth/tokens', {
        params: { query: { nocatalog: 'true' } },
        body: {
          auth: {
            identity: {
              methods: ['password'],
              password: { user: { name: 'operator', password: 'test', domain: { name: 'account' } } },
            },
            scope: { project: { name: 'cn-north-4' } },
          },
        },
      }),
  },
  listActiveAsyncInvocations: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.GET('/v2/{project_id}/fgs/functions/{function_urn}/active-async-invocations', {
        params: { path, query: { ...query, requests: ids.uuid } },
      }),
  },
}
