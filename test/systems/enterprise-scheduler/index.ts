import { basic, bearer, enterpriseScheduler, fromEnv, oauth2ClientCredentials } from 'allstop'
import { fakeEnterpriseScheduler } from '../../support/fakes/enterprise-scheduler.js'
import { ids } from '../../support/systems.js'
import type { SystemFixture } from '../fixture.js'
import { enterpriseSchedulerContract } from './contract.js'
import { enterpriseSchedulerErrorBody, enterpriseSchedulerFailures, enterpriseSchedulerReaders } from './failures.js'

const target = { requestId: ids.job }
const other = '300000012345679'
const path = `/ess/rest/scheduler/v1/requests/${ids.job}`
const fields =
  'requestId,state,stateDescription,cause,isForceCancelAllowed,isAsynchronous,submissionTime,processStartTime,stateChangeTime,completedTime'

export const enterpriseSchedulerFixture: SystemFixture<'enterprise-scheduler'> = {
  kind: 'enterprise-scheduler',
  title: 'Enterprise Scheduler',
  factory: 'enterpriseScheduler',
  entry: {
    load: () => import('allstop/enterprise-scheduler'),
    own: ['enterpriseScheduler', 'basic', 'bearer', 'oauth2ClientCredentials', 'fromEnv'],
  },
  modes: ['graceful', 'force'],
  needsCredential: true,
  credential: (secret) => basic({ username: 'ops', password: secret }),
  credentials: {
    basic: (secret) => basic({ username: 'ops', password: secret }),
    bearer,
    oauth2: (secret, tokenUrl) =>
      oauth2ClientCredentials({ tokenUrl, clientId: 'id', clientSecret: secret, scope: 's' }),
  },
  token: {
    name: 'oauth2ClientCredentials',
    make: (url, clientSecret, clock) =>
      oauth2ClientCredentials({
        tokenUrl: `${url}/oauth2/v1/token`,
        clientId: 'id',
        clientSecret,
        scope: 'urn:x',
        clock,
      }),
    gives: (token) => ({ body: { access_token: token, expires_in: 3600, token_type: 'Bearer' } }),
    header: 'authorization',
    before: 'Bearer ',
  },
  environment: {
    from: fromEnv.enterpriseScheduler,
    variables: { ESS_USERNAME: 'u', ESS_PASSWORD: 'canary-p' },
    authorization: /^Basic /,
  },
  contract: enterpriseSchedulerContract,
  answers: [
    ['POST', /\/requests\/\d+\/\w+$/, () => ({ body: { links: [] } })],
    ['DELETE', /\/requests\/\d+$/, () => ({ status: 204 })],
    [
      'GET',
      /\/requests\/(\d+)/,
      (id) => ({ body: { requestId: Number(id), state: 'RUNNING', cause: 'NON_TERMINAL' } }),
    ],
  ],
  acts: [
    {
      name: 'cancel',
      operationId: 'cancelRequest',
      effect: 'repeatable',
      run: (at) => enterpriseScheduler(at).stop(target),
      // What body it answers is not established.
      makesOf: { '204': 'protocol? x1', '200 empty': 'accepted x1' },
    },
    {
      name: 'forceCancel',
      operationId: 'forceCancelRequest',
      effect: 'repeatable',
      run: (at) => enterpriseScheduler(at).stop(target, { mode: 'force' }),
      makesOf: { '204': 'protocol? x1', '200 empty': 'accepted x1' },
    },
    {
      name: 'delete',
      operationId: 'deleteRequest',
      effect: 'repeatable',
      run: (at) => enterpriseScheduler(at).purge(target),
      makesOf: { '204': 'purged x1', '200 empty': 'protocol? x1' },
    },
    {
      name: 'get',
      operationId: 'getRequest',
      effect: 'none',
      run: (at) => enterpriseScheduler(at).read(target),
      makesOf: { '204': 'protocol x1', '200 empty': 'protocol x1' },
    },
  ],
  passing: [408, 502, 503, 504],
  empty403: 'permission_denied',
  takesAnyBody: true,
  errorBody: enterpriseSchedulerErrorBody,
  failures: enterpriseSchedulerFailures,
  named: { answer: [200, {}, { 'x-oracle-dms-ecid': 'r-3' }], requestId: 'r-3' },
  readers: enterpriseSchedulerReaders,
  variants: [
    {
      name: 'enterprise-scheduler',
      make: enterpriseScheduler,
      target,
      idField: 'requestId',
      sameTarget: { requestId: BigInt(ids.job) },
      other: { requestId: other },
      fields: {
        requestId: {
          // Every digit is kept.
          odd: [
            ['9007199254740993', '9007199254740993'],
            [9_223_372_036_854_775_807n, '9223372036854775807'],
            [300_000_012_345_678, '300000012345678'],
          ],
          spelt: ({ path: sent }) => sent.split('/')[6],
          arrivesAs: (text) => text,
        },
      },
      record: {
        body: {
          requestId: Number(ids.job),
          state: 'CANCELLED',
          cause: 'OPERATOR_CANCEL',
          isForceCancelAllowed: false,
        },
        id: 'requestId',
        fields: ['state', 'cause', 'isForceCancelAllowed', 'completedTime'],
        wrap: (record) => record,
      },
      wire: {
        stop: {
          graceful: [{ method: 'POST', path: `${path}/cancel` }],
          force: [{ method: 'POST', path: `${path}/forceCancel` }],
        },
        read: [{ method: 'GET', path: `${path}?fields=${encodeURIComponent(fields)}`, accept: 'application/json' }],
        purge: [{ method: 'DELETE', path }],
      },
      fake: {
        of: (work, forceAfterMs = 0) => fakeEnterpriseScheduler({ [ids.job]: work }, forceAfterMs),
        options: {},
      },
      lives: {
        endsByItself: true,
        explainsFailure: true,
        taken: 'accepted',
        stoppingAs: 'stopping',
        stoppedAs: 'stopped',
        missingAs: 'gone',
        forcesAtOnce: false,
        harmfulTwice: [],
      },
    },
  ],
}
