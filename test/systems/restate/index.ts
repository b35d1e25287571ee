import { bearer, fromEnv, type RestateOptions, restate } from 'allstop'
import { fakeRestate, journalOf } from '../../support/fakes/restate.js'
import { ids } from '../../support/systems.js'
import type { ExactRequest, SystemFixture } from '../fixture.js'
import { restateActs } from './acts.js'
import { restateContract } from './contract.js'
import { restateErrorBody, restateFailures, restateReaders } from './failures.js'

const other = 'inv_1aaJBtdVEcM942bjcDmb1c1khoaJe11Hbz'

const asked = (query: string): ExactRequest => ({
  method: 'POST',
  path: '/query',
  accept: 'application/json',
  body: JSON.stringify({ query }),
})
const row = asked(`SELECT * FROM sys_invocation WHERE id = '${ids.restate}'`)
const journal = asked(
  `SELECT id, entry_type, entry_lite_json, appended_at FROM sys_journal WHERE id = '${ids.restate}' ` +
    "AND entry_type IN ('Command: Input', 'Command: Output', 'Notification: Signal') ORDER BY index",
)

export const restateFixture: SystemFixture<'restate'> = {
  kind: 'restate',
  title: 'Restate',
  factory: 'restate',
  entry: { load: () => import('allstop/restate'), own: ['restate', 'bearer', 'fromEnv'] },
  modes: ['graceful', 'force'],
  needsCredential: false,
  credential: bearer,
  credentials: { bearer, 'bearer that is asked for': (secret) => bearer(async () => secret) },
  token: undefined,
  environment: {
    from: fromEnv.restate,
    variables: { RESTATE_AUTH_TOKEN: 'canary-1' },
    authorization: /^Bearer canary-1$/,
  },
  contract: restateContract,
  answers: [
    ['GET', /\/version$/, () => ({ body: { version: '1.7.12' } })],
    ['PATCH', /\/invocations\/([^/]+)\/cancel$/, () => ({ status: 202 })],
    ['PATCH', /\/invocations\/([^/]+)\/(?:kill|purge|purge-journal)$/, () => ({ status: 200 })],
    ['DELETE', /\/invocations\/([^/]+)$/, () => ({ status: 202 })],
    [
      'POST',
      /\/query()$/,
      (_, { body }) => {
        const id = /'(inv_\w+)'/.exec(body)?.[1] ?? ''
        return { body: { rows: body.includes('sys_journal') ? journalOf(id, {}) : [{ id, status: 'running' }] } }
      },
    ],
  ],
  acts: restateActs,
  passing: [408, 502, 503, 504],
  empty403: 'permission_denied',
  takesAnyBody: false,
  errorBody: restateErrorBody,
  failures: restateFailures,
  named: undefined,
  readers: restateReaders,
  variants: [
    {
      name: 'restate',
      make: (options: RestateOptions) => restate({ api: 'patch', ...options }),
      target: { invocationId: ids.restate },
      idField: 'invocationId',
      sameTarget: { invocationId: ids.restate },
      other: { invocationId: other },
      fields: {
        invocationId: {
          odd: [[other, other]],
          spelt: ({ path }) => path.split('/')[2],
          arrivesAs: (text) => text,
        },
      },
      record: {
        body: {
          id: ids.restate,
          status: 'completed',
          completion_result: 'failure',
          completion_failure: '[409] killed',
        },
        id: 'id',
        fields: ['status', 'completion_result', 'completion_failure', 'completed_at', 'created_at'],
        wrap: (record) => ({ rows: [record] }),
      },
      wire: {
        stop: {
          // Before a cancel it is asked whether one is under way.
          graceful: [row, journal, { method: 'PATCH', path: `/invocations/${ids.restate}/cancel` }],
          force: [{ method: 'PATCH', path: `/invocations/${ids.restate}/kill` }],
        },
        read: [row, journal],
        purge: [{ method: 'PATCH', path: `/invocations/${ids.restate}/purge` }],
      },
      fake: {
        of: (work) => fakeRestate({ [ids.restate]: work }),
        // A wait meets the question for the version too.
        options: { api: 'auto' },
      },
      lives: {
        endsByItself: true,
        // A handler may catch its cancel, and fail of it in its own words.
        explainsFailure: false,
        taken: 'accepted',
        stoppingAs: 'stopping',
        stoppedAs: 'stopped',
        missingAs: 'gone',
        forcesAtOnce: true,
        // A second cancel breaks the compensation that the first one began.
        harmfulTwice: ['graceful'],
      },
    },
  ],
}
