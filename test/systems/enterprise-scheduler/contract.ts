import { basic, enterpriseScheduler, type Fetch } from 'allstop'
import { type Meaning, type OperationContract, onlyOneTry } from '../../contract/table.js'

const auth = basic({ username: 'ops', password: 'test' })
const system = (baseUrl: string, fetch: Fetch | undefined) =>
  enterpriseScheduler({ baseUrl, fetch, ...onlyOneTry, auth })
const requestId = '300000012345678'
const params = { path: { requestId } }
const fields = { fields: 'requestId,state' }

/** What every operation answers when it is refused; `changes`: it may have taken place all the same. */
function refusals(changes: boolean, forbidden: string): Record<string, Meaning> {
  const undecided = changes ? ({ ambiguous: true } as const) : {}
  return {
    '401 empty': { code: 'unauthenticated' },
    [`403 ${forbidden}`]: { code: 'permission_denied' },
    '404 requestNotFound': { code: 'not_found' },
    '429 tooMany': { code: 'rate_limited', retryAfterMs: 7_000 },
    '500 failed': { code: 'unknown', providerCode: 'ESS-00001', ...undecided },
    '503 unavailable': { code: 'unavailable', ...undecided },
  }
}

/** Whether there is one is not confirmed; if there is, it counts. */
const headers = { '429 tooMany': { 'retry-after': '7' } }

/** A refused state is asked about; these are the answers that decide what it means. */
const stopMeans: Record<string, Meaning> = {
  '200 oneLink': { outcome: 'accepted', phase: 'unknown' },
  '200 linkList': { outcome: 'accepted', phase: 'unknown' },
  '200 linkObject': { outcome: 'accepted', phase: 'unknown' },
  '400 unsupportedState': { outcome: 'already-ended', phase: 'succeeded', native: 'SUCCEEDED' },
  '400 unsupportedStateShort': { outcome: 'already-ended', phase: 'stopped', native: 'CANCELLED' },
  // ERROR_MANUAL_RECOVERY is not an end, whatever it looks like.
  '400 unsupportedStateNulls': { code: 'failed_precondition' },
}

const beside = {
  '400 unsupportedState': { getRequest: '200 succeeded' },
  '400 unsupportedStateShort': { getRequest: '200 cancelled' },
  '400 unsupportedStateNulls': { getRequest: '200 errorManualRecovery' },
  '409 conflict': { getRequest: '200 cancelling' },
}

export const enterpriseSchedulerContract: Readonly<Record<string, OperationContract>> = {
  cancelRequest: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.POST('/ess/rest/scheduler/v1/requests/{requestId}/cancel', { params }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).stop({ requestId }),
      headers,
      beside,
      means: {
        ...refusals(true, 'forbiddenCancel'),
        ...stopMeans,
        // Somebody's cancel is under way, which is what was asked for.
        '409 conflict': { outcome: 'accepted', phase: 'stopping', native: 'CANCELLING' },
      },
    },
  },
  forceCancelRequest: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.POST('/ess/rest/scheduler/v1/requests/{requestId}/forceCancel', { params }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).stop({ requestId }, { mode: 'force' }),
      headers,
      beside,
      // CANCELLING is not what a force cancel asked for: it is not allowed yet.
      means: {
        ...refusals(true, 'forbiddenForceCancel'),
        ...stopMeans,
        '409 conflict': { code: 'failed_precondition' },
      },
    },
  },
  getRequest: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.GET('/ess/rest/scheduler/v1/requests/{requestId}', {
        params: { ...params, query: fields },
      }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).read({ requestId }),
      headers,
      means: {
        ...refusals(false, 'forbiddenRead'),
        '404 requestNotFound': { phase: 'gone' },
        '400 badRequest': { code: 'invalid_argument' },
        '200 wait': { phase: 'queued', native: 'WAIT' },
        '200 ready': { phase: 'queued', native: 'READY' },
        '200 blocked': { phase: 'queued', native: 'BLOCKED' },
        '200 pendingValidation': { phase: 'queued', native: 'PENDING_VALIDATION' },
        '200 hold': { phase: 'suspended', native: 'HOLD' },
        '200 paused': { phase: 'suspended', native: 'PAUSED' },
        '200 errorManualRecovery': {
          phase: 'suspended',
          native: 'ERROR_MANUAL_RECOVERY',
          why: 'The request is ERROR_MANUAL_RECOVERY',
        },
        '200 running': { phase: 'running', native: 'RUNNING' },
        '200 completed': { phase: 'running', native: 'COMPLETED' },
        '200 errorAutoRetry': { phase: 'running', native: 'ERROR_AUTO_RETRY' },
        '200 scheduleEnded': { phase: 'running', native: 'SCHEDULE_ENDED' },
        '200 nulls': { phase: 'running', native: 'RUNNING' },
        '200 cancelling': { phase: 'stopping', native: 'CANCELLING', why: 'The request is CANCELLING' },
        '200 cancellingForceAllowed': { phase: 'stopping', native: 'CANCELLING' },
        '200 cancelled': { phase: 'stopped', native: 'CANCELLED' },
        '200 succeeded': { phase: 'succeeded', native: 'SUCCEEDED' },
        '200 finished': { phase: 'succeeded', native: 'FINISHED' },
        // Over is all that FINISHED says; the cause says how.
        '200 finishedCancelled': { phase: 'stopped', native: 'FINISHED' },
        '200 finishedFailed': { phase: 'failed', native: 'FINISHED' },
        '200 warning': { phase: 'succeeded', native: 'WARNING' },
        '200 error': { phase: 'failed', native: 'ERROR' },
        '200 validationFailed': { phase: 'failed', native: 'VALIDATION_FAILED' },
        '200 expired': { phase: 'expired', native: 'EXPIRED' },
        '200 contradiction': { phase: 'unknown', native: 'CANCELLED' },
        '200 unlistedState': { phase: 'unknown', native: 'HIBERNATING' },
      },
    },
  },
  deleteRequest: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.DELETE('/ess/rest/scheduler/v1/requests/{requestId}', { params }),
    facade: {
      call: (baseUrl, fetch) => system(baseUrl, fetch).purge({ requestId }),
      headers,
      means: {
        ...refusals(true, 'forbiddenDelete'),
        '204': { outcome: 'purged' },
        '400 unsupportedState': { code: 'failed_precondition' },
        '400 unsupportedStateShort': { code: 'failed_precondition' },
        '400 unsupportedStateNulls': { code: 'failed_precondition' },
        '409 conflict': { code: 'failed_precondition' },
      },
    },
  },
  queryRequests: {
    client: (baseUrl, fetch) =>
      system(baseUrl, fetch).client.GET('/ess/rest/scheduler/v1/requests', {
        params: { query: { q: 'state eq "RUNNING"', orderBy: 'submissionTime:desc', id: requestId, ...fields } },
      }),
  },
}
