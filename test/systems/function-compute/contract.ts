import { functionCompute, signed } from 'allstop'
import { type Meaning, type OperationContract, onlyOneTry } from '../../contract/table.js'
import { ids } from '../../support/systems.js'

const auth = signed(() => ({ authorization: 'ACS3-HMAC-SHA256 test' }))
const task = { functionName: 'demo-function', invocationId: ids.task, qualifier: 'LATEST' }
const path2 = { serviceName: 'demo-service', functionName: 'demo-function' }
const query = { qualifier: 'LATEST' }

const ended: Meaning = { outcome: 'already-ended', phase: 'succeeded', native: 'Succeeded' }

/** What the header beside a throttling code says, in milliseconds. */
const retryAfterMs = 250

/** What both generations answer alike. */
const common: Record<string, Meaning> = {
  '200 emptyObject': { outcome: 'accepted', phase: 'unknown' },
  '400 invalidArgument': { code: 'invalid_argument', providerCode: 'InvalidArgument' },
  '400 endedAsInvalidArgument': ended,
  '400 missingRequiredHeader': { code: 'invalid_argument' },
  '400 pathNotSupported': { code: 'protocol' },
  '400 throttling': { code: 'rate_limited', retryAfterMs },
  '400 throttlingUser': { code: 'rate_limited', retryAfterMs },
  '403 accessDenied': { code: 'permission_denied' },
  '403 accessDeniedAcs': { code: 'permission_denied' },
  '403 signatureNotMatch': { code: 'unauthenticated' },
  '403 signatureDoesNotMatch': { code: 'unauthenticated' },
  '403 invalidAccessKeyId': { code: 'unauthenticated' },
  '403 invalidAccessKeyIdAcs': { code: 'unauthenticated' },
  '404 functionNotFound': { code: 'not_found', providerCode: 'FunctionNotFound' },
  '404 aliasNotFound': { code: 'not_found' },
  '404 versionNotFound': { code: 'not_found' },
  '404 accessKeyNotFound': { code: 'unauthenticated' },
  '409 concurrentUpdate': { outcome: 'accepted', phase: 'stopping', native: 'Stopping' },
  '409 alreadyExists': { code: 'failed_precondition' },
  '412 alreadyCompleted': ended,
  '412 alreadyCompletedLegacy': ended,
  '412 alreadyCompletedAcs': ended,
  // 412 alone is no proof: this is a failure of the runtime, and the task still runs.
  '412 caExited': { code: 'failed_precondition' },
  // A stop is under way already, which is what was asked for.
  '412 caFileNotFound': { outcome: 'accepted', phase: 'stopping', native: 'Stopping' },
  '412 preconditionFailed': { code: 'failed_precondition' },
  '429 resourceExhausted': { code: 'rate_limited', retryAfterMs },
  '429 resourceExhaustedAcs': { code: 'rate_limited', retryAfterMs },
  '499 clientClosedRequest': { code: 'unavailable', ambiguous: true },
  '500 internalServerError': { code: 'unknown', ambiguous: true },
  '500 internalServerErrorLegacy': { code: 'unknown', ambiguous: true },
  '500 internalServerErrorAcs': { code: 'unknown', ambiguous: true },
  '503 resourceThrottled': { code: 'unavailable', ambiguous: true, retryAfterMs },
  '503 resourceThrottledAcs': { code: 'unavailable', ambiguous: true, retryAfterMs },
}

function withoutDoubt(meaning: Meaning): Meaning {
  if (!('code' in meaning)) return meaning
  const { ambiguous: _, ...rest } = meaning
  return rest
}

const startedAt = '2026-01-02T03:04:05.000Z'
const begun = { startedAt }
/** The times of a task that has ended. */
const until = (endedAt: string) => ({ startedAt, endedAt })

/** What reads answer alike, in both generations. A refused read leaves nothing open. */
const readMeans: Record<string, Meaning> = {
  '200 enqueued': { phase: 'queued', native: 'Enqueued', times: begun },
  '200 dequeued': { phase: 'queued', native: 'Dequeued', times: begun },
  '200 running': { phase: 'running', native: 'Running', times: begun },
  '200 retrying': { phase: 'running', native: 'Retrying', times: begun },
  '200 stopping': { phase: 'stopping', native: 'Stopping', times: begun },
  '200 stopped': { phase: 'stopped', native: 'Stopped', times: until('2026-01-02T03:04:55.000Z') },
  '200 succeeded': { phase: 'succeeded', native: 'Succeeded', times: until('2026-01-02T03:04:06.000Z') },
  '200 failed': { phase: 'failed', native: 'Failed', times: until('2026-01-02T03:04:06.000Z') },
  '200 expired': { phase: 'expired', native: 'Expired', times: until('2026-01-02T04:04:05.000Z') },
  '200 invalid': { phase: 'failed', native: 'Invalid', times: until('2026-01-02T03:04:06.000Z') },
  '200 unlistedWord': { phase: 'unknown', native: 'Processed', times: begun },
  ...Object.fromEntries(
    Object.entries(common)
      .filter(([row]) => !/^(?:200|409|412)/.test(row) && row !== '400 endedAsInvalidArgument')
      .map(([row, meaning]) => [row, withoutDoubt(meaning)]),
  ),
}

/** What the task itself says when a refused stop is checked. */
const states: Record<string, string> = {
  '400 invalidArgument': '200 running',
  '400 endedAsInvalidArgument': '200 succeeded',
  '412 alreadyCompleted': '200 succeeded',
  '412 alreadyCompletedLegacy': '200 succeeded',
  '412 alreadyCompletedAcs': '200 succeeded',
  '409 concurrentUpdate': '200 stopping',
  '409 alreadyExists': '200 running',
  '412 caExited': '200 running',
  '412 caFileNotFound': '200 stopping',
  '412 preconditionFailed': '200 unlistedWord',
}

function beside(operation: string): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(states).map(([row, state]) => [row, { [operation]: state }]))
}

export const functionComputeContract: Readonly<Record<string, OperationContract>> = {
  stopStatefulAsyncInvocation: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.PUT(
        '/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
        { params: { path: { ...path2, invocationId: ids.task }, query } },
      ),
    facade: {
      call: (baseUrl, fetch) =>
        functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).stop({ serviceName: 'demo-service', ...task }),
      beside: beside('getStatefulAsyncInvocation'),
      means: {
        ...common,
        '404 invocationNotFound': { code: 'not_found', providerCode: 'StatefulAsyncInvocationNotFound' },
        '404 invocationNotFoundLegacy': { code: 'not_found' },
        '404 invocationNotFoundAcs': { code: 'not_found' },
        '404 serviceNotFound': { code: 'not_found' },
      },
    },
  },
  getStatefulAsyncInvocation: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.GET(
        '/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
        { params: { path: { ...path2, invocationId: ids.task }, query } },
      ),
    facade: {
      call: (baseUrl, fetch) =>
        functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).read({ serviceName: 'demo-service', ...task }),
      means: {
        ...readMeans,
        '404 invocationNotFound': { phase: 'gone' },
        '404 invocationNotFoundLegacy': { phase: 'gone' },
        '404 invocationNotFoundAcs': { phase: 'gone' },
        '404 serviceNotFound': { code: 'not_found' },
      },
    },
  },
  listStatefulAsyncInvocations: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.GET(
        '/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations',
        { params: { path: path2, query: { ...query, limit: 10, status: 'Running' } } },
      ),
  },
  stopAsyncTask: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.PUT(
        '/2023-03-30/functions/{functionName}/async-tasks/{taskId}/stop',
        { params: { path: { functionName: 'demo-function', taskId: ids.task }, query } },
      ),
    facade: {
      call: (baseUrl, fetch) =>
        functionCompute({ baseUrl, fetch, ...onlyOneTry, auth, apiVersion: '2023-03-30' }).stop(task),
      beside: beside('getAsyncTask'),
      means: {
        ...common,
        '404 taskNotFound': { code: 'not_found', providerCode: 'AsyncTaskNotFound' },
        '404 taskNotFound20': { code: 'not_found' },
        '404 taskNotFoundLegacy': { code: 'not_found' },
      },
    },
  },
  getAsyncTask: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.GET(
        '/2023-03-30/functions/{functionName}/async-tasks/{taskId}',
        { params: { path: { functionName: 'demo-function', taskId: ids.task }, query } },
      ),
    facade: {
      call: (baseUrl, fetch) =>
        functionCompute({ baseUrl, fetch, ...onlyOneTry, auth, apiVersion: '2023-03-30' }).read(task),
      means: {
        ...readMeans,
        '404 taskNotFound': { phase: 'gone' },
        '404 taskNotFound20': { phase: 'gone' },
        '404 taskNotFoundLegacy': { phase: 'gone' },
      },
    },
  },
  listAsyncTasks: {
    client: (baseUrl, fetch) =>
      functionCompute({ baseUrl, fetch, ...onlyOneTry, auth }).client.GET(
        '/2023-03-30/functions/{functionName}/async-tasks',
        {
          params: { path: { functionName: 'demo-function' }, query: { ...query, limit: 10, status: 'Running' } },
        },
      ),
  },
}
