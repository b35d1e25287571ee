import { type Fetch, restate } from 'allstop'
import { type Meaning, type OperationContract, onlyOneTry } from '../../contract/table.js'
import { ids } from '../../support/systems.js'

const client = (baseUrl: string, fetch?: Fetch) => restate({ baseUrl, fetch, ...onlyOneTry }).client
const params = { path: { invocation_id: ids.restate } }
const stop = (mode: 'graceful' | 'force', api: 'patch' | 'delete') => (baseUrl: string, fetch: Fetch) =>
  restate({ baseUrl, fetch, ...onlyOneTry, api }).stop({ invocationId: ids.restate }, { mode })

/** What is said of a failure where the journal is not shown. */
const unexplained = 'it failed; the server does not show its journal, so it is not known whether a cancel is the reason'

/** What cancel and kill answer alike. */
const common: Record<string, Meaning> = {
  '400 badLength': { code: 'invalid_argument' },
  '400 badFormat': { code: 'invalid_argument' },
  '400 notUtf8': { code: 'invalid_argument' },
  '403 forbidden': { code: 'permission_denied' },
  '404 unknownInvocation': { code: 'not_found' },
  '404 noRoute': { code: 'protocol' },
  '409 alreadyCompleted': {
    outcome: 'already-ended',
    phase: 'failed',
    native: 'completed failure [418] no',
    why: unexplained,
  },
  '429 empty': { code: 'rate_limited' },
  '500 failed': { code: 'unknown', ambiguous: true },
  '503 unavailable': { code: 'unavailable', ambiguous: true },
}

const beside = { '409 alreadyCompleted': { query: '200 failed' } }

const purge = (journalOnly: boolean) => (baseUrl: string, fetch: Fetch) =>
  restate({ baseUrl, fetch, ...onlyOneTry, api: 'patch' }).purge({ invocationId: ids.restate }, { journalOnly })

const { '409 alreadyCompleted': _, ...purgeCommon } = common
const purgeMeans: Record<string, Meaning> = {
  ...purgeCommon,
  '200': { outcome: 'purged' },
  '409 notCompleted': { code: 'failed_precondition' },
}

/** What a read answers when the server refuses it. */
const refusedReads: Record<string, Meaning> = {
  '403 forbidden': { code: 'permission_denied' },
  '503 unavailable': { code: 'unavailable' },
}

export const restateContract: Readonly<Record<string, OperationContract>> = {
  deleteInvocation: {
    client: (baseUrl, fetch) =>
      client(baseUrl, fetch).DELETE('/invocations/{invocation_id}', {
        params: { ...params, query: { mode: 'Kill' } },
      }),
    facade: {
      call: stop('force', 'delete'),
      // The query that comes before finds it running.
      besideAll: { query: '200 running' },
      means: {
        '202': { outcome: 'accepted', phase: 'unknown' },
        '400 badLength': { code: 'invalid_argument' },
        '400 badFormat': { code: 'invalid_argument' },
        '400 badMode': { code: 'invalid_argument' },
        '403 forbidden': { code: 'permission_denied' },
        '404 unknownInvocation': { code: 'not_found' },
        '404 noRoute': { code: 'protocol' },
        '405 empty': { code: 'protocol' },
        '409 conflict': { code: 'failed_precondition' },
        '429 empty': { code: 'rate_limited' },
        '500 failed': { code: 'unknown', ambiguous: true },
        '503 unavailable': { code: 'unavailable', ambiguous: true },
      },
    },
  },
  cancelInvocation: {
    client: (baseUrl, fetch) => client(baseUrl, fetch).PATCH('/invocations/{invocation_id}/cancel', { params }),
    facade: {
      call: stop('graceful', 'patch'),
      beside,
      means: {
        ...common,
        '200': { outcome: 'stopped', phase: 'stopped' },
        '202': { outcome: 'accepted', phase: 'unknown' },
      },
    },
  },
  killInvocation: {
    client: (baseUrl, fetch) => client(baseUrl, fetch).PATCH('/invocations/{invocation_id}/kill', { params }),
    facade: {
      call: stop('force', 'patch'),
      beside,
      means: { ...common, '200': { outcome: 'stopped', phase: 'stopped' } },
    },
  },
  purgeInvocation: {
    client: (baseUrl, fetch) => client(baseUrl, fetch).PATCH('/invocations/{invocation_id}/purge', { params }),
    facade: { call: purge(false), means: purgeMeans },
  },
  purgeJournal: {
    client: (baseUrl, fetch) => client(baseUrl, fetch).PATCH('/invocations/{invocation_id}/purge-journal', { params }),
    facade: { call: purge(true), means: purgeMeans },
  },
  getVersion: {
    client: (baseUrl, fetch) => client(baseUrl, fetch).GET('/version'),
    facade: {
      // The version decides how the stop is sent; what it answered is in the row's name.
      call: (baseUrl, fetch) => restate({ baseUrl, fetch, ...onlyOneTry }).stop({ invocationId: ids.restate }),
      beside: {
        '200 current': { cancelInvocation: '200' },
        '200 noIngress': { cancelInvocation: '200' },
        '200 beforePatch': { query: '200 running', deleteInvocation: '202' },
      },
      means: {
        ...refusedReads,
        '200 current': { outcome: 'stopped', phase: 'stopped' },
        '200 noIngress': { outcome: 'stopped', phase: 'stopped' },
        '200 beforePatch': { outcome: 'accepted', phase: 'unknown' },
        '404 noRoute': { code: 'protocol' },
        '429 empty': { code: 'rate_limited' },
      },
    },
  },
  query: {
    client: (baseUrl, fetch) =>
      client(baseUrl, fetch).POST('/query', {
        headers: { accept: 'application/json' },
        body: { query: `SELECT * FROM sys_invocation WHERE id = '${ids.restate}'` },
      }),
    facade: {
      call: (baseUrl, fetch) => restate({ baseUrl, fetch, ...onlyOneTry }).read({ invocationId: ids.restate }),
      means: {
        ...refusedReads,
        '200 scheduled': { phase: 'queued', native: 'scheduled' },
        '200 pending': { phase: 'queued', native: 'pending' },
        '200 ready': { phase: 'queued', native: 'ready' },
        '200 running': {
          phase: 'running',
          native: 'running',
          why: 'running: a cancel takes effect at the next await of the context in the handler',
          times: { startedAt: '2026-01-02T03:04:05.678Z' },
        },
        '200 backingOff': {
          phase: 'running',
          native: 'backing-off',
          why: 'backing off: a cancel takes effect at the next try, at 2026-01-02T03:04:05.678Z; its last failure: [500 Internal] not yet',
        },
        '200 suspended': { phase: 'suspended', native: 'suspended' },
        '200 paused': {
          phase: 'suspended',
          native: 'paused',
          why: 'paused: a cancel resumes it, and fails if it pauses again',
        },
        '200 succeeded': { phase: 'succeeded', native: 'completed success' },
        '200 failed': { phase: 'failed', native: 'completed failure [418] no', why: unexplained },
        '200 cancelled': { phase: 'stopped', native: 'completed failure [409] Cancelled' },
        '200 cancelledBeforeStart': { phase: 'stopped', native: 'completed failure [409] canceled' },
        '200 killed': { phase: 'stopped', native: 'completed failure [409] killed' },
        '200 unlistedStatus': { phase: 'unknown', native: 'hibernating' },
        '200 noRow': { phase: 'gone' },
        // Lines of a journal are no row of an invocation, and more than one.
        '200 journal': { code: 'protocol' },
        '400 badSql': { code: 'invalid_argument' },
        '400 notParsed': { code: 'invalid_argument' },
        '422 noQuery': { code: 'invalid_argument' },
        '415 notJson': { code: 'protocol' },
        '429 empty': { code: 'rate_limited', retryAfterMs: 1_000 },
        '500 badId': { code: 'unknown' },
      },
    },
  },
}
