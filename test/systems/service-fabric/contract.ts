import { serviceFabric } from 'allstop'
import { type Meaning, type OperationContract, onlyOneTry } from '../../contract/table.js'
import { ids } from '../../support/systems.js'

const unavailable: Meaning = { code: 'unavailable', ambiguous: true }

export const serviceFabricContract: Readonly<Record<string, OperationContract>> = {
  deleteApplication: {
    client: (baseUrl, fetch) =>
      serviceFabric({ baseUrl, fetch, ...onlyOneTry }).client.POST('/Applications/{applicationId}/$/Delete', {
        params: {
          path: { applicationId: ids.application },
          query: { 'api-version': '6.0', ForceRemove: true, timeout: 60 },
        },
      }),
    facade: {
      call: (baseUrl, fetch) =>
        // By force, which is sent without a look: what is read is then always what a 504 left behind.
        serviceFabric({ baseUrl, fetch, ...onlyOneTry }).stop(
          { applicationId: 'fabric:/samples/CalculatorApp' },
          { mode: 'force' },
        ),
      beside: {
        '504 timedOut': { getApplicationInfo: '200 deleting' },
        '504 communicationError': { getApplicationInfo: '204' },
        // It is not being deleted: it was still being created, and nobody knows what comes after.
        '504 operationNotComplete': { getApplicationInfo: '200 creating' },
      },
      means: {
        '200': { outcome: 'stopped', phase: 'gone' },
        '400 invalidArgument': { code: 'invalid_argument' },
        '400 invalidName': { code: 'invalid_argument', providerCode: 'FABRIC_E_INVALID_NAME_URI' },
        '401 empty': { code: 'unauthenticated' },
        '403 accessDenied': { code: 'permission_denied', providerCode: 'E_ACCESSDENIED' },
        '403 empty': { code: 'unauthenticated' },
        '404 applicationNotFound': { code: 'not_found', providerCode: 'FABRIC_E_APPLICATION_NOT_FOUND' },
        '409 upgradeInProgress': { code: 'failed_precondition' },
        '409 updateInProgress': { code: 'failed_precondition' },
        '409 writeConflict': { code: 'failed_precondition' },
        '500 failed': { code: 'unknown', ambiguous: true },
        '500 codeWithoutMessage': { code: 'unknown', ambiguous: true },
        '502 gatewayNotReachable': unavailable,
        '503 notReady': unavailable,
        '503 serviceOffline': unavailable,
        '503 serviceTooBusy': unavailable,
        '503 connectionClosed': unavailable,
        '503 noWriteQuorum': unavailable,
        '503 notPrimary': unavailable,
        '503 reconfigurationPending': unavailable,
        '503 replicationQueueFull': unavailable,
        '503 objectClosed': unavailable,
        '503 aborted': unavailable,
        '504 timedOut': { outcome: 'accepted', phase: 'stopping', native: 'Deleting' },
        // It is not there; whether it ever was, nothing says.
        '504 communicationError': { code: 'not_found', ambiguous: true },
        '504 operationNotComplete': { code: 'deadline_exceeded', ambiguous: true },
        'default unlistedCode': { code: 'unknown' },
      },
    },
  },
  getApplicationInfo: {
    client: (baseUrl, fetch) =>
      serviceFabric({ baseUrl, fetch, ...onlyOneTry }).client.GET('/Applications/{applicationId}', {
        params: {
          path: { applicationId: ids.application },
          query: { 'api-version': '6.0', ExcludeApplicationParameters: true, timeout: 60 },
        },
      }),
    facade: {
      call: (baseUrl, fetch) =>
        serviceFabric({ baseUrl, fetch, ...onlyOneTry }).read({ applicationId: 'fabric:/samples/CalculatorApp' }),
      means: {
        '200 ready': { phase: 'running', native: 'Ready' },
        '200 upgrading': { phase: 'running', native: 'Upgrading', why: "the application's health is Warning" },
        '200 creating': { phase: 'queued', native: 'Creating' },
        '200 deleting': { phase: 'stopping', native: 'Deleting' },
        // It holds its resources, so it has not ended.
        '200 failed': { phase: 'running', native: 'Failed', why: "the application's health is Error" },
        '204': { phase: 'gone' },
        '400 invalidArgument': { code: 'invalid_argument' },
        '400 invalidName': { code: 'invalid_argument' },
        '401 empty': { code: 'unauthenticated' },
        '403 accessDenied': { code: 'permission_denied' },
        '403 empty': { code: 'unauthenticated' },
        '500 failed': { code: 'unknown' },
        '500 codeWithoutMessage': { code: 'unknown' },
        '502 gatewayNotReachable': { code: 'unavailable' },
        '503 notReady': { code: 'unavailable' },
        '503 serviceOffline': { code: 'unavailable' },
        '503 serviceTooBusy': { code: 'unavailable' },
        '503 connectionClosed': { code: 'unavailable' },
        '504 timedOut': { code: 'deadline_exceeded' },
        '504 communicationError': { code: 'deadline_exceeded' },
        'default unlistedCode': { code: 'unknown' },
      },
    },
  },
  getApplicationInfoList: {
    client: (baseUrl, fetch) =>
      serviceFabric({ baseUrl, fetch, ...onlyOneTry }).client.GET('/Applications', {
        params: { query: { 'api-version': '6.1', MaxResults: 10 } },
      }),
  },
}
