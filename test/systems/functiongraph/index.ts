import { akSk, authToken, fromEnv, functionGraph, iamPassword } from 'allstop'
import { fakeFunctionGraph } from '../../support/fakes/functiongraph.js'
import { ids } from '../../support/systems.js'
import type { SystemFixture } from '../fixture.js'
import { functionGraphContract } from './contract.js'
import { functionGraphErrorBody, functionGraphFailures, functionGraphReaders } from './failures.js'

const target = { functionUrn: ids.urn, requestId: ids.uuid }
const project = ids.urn.split(':')[3]
const aliasUrn = 'urn:fss:eu-west-101:0a1b:function:my-app:fn_1:!prod'
const otherRequest = '9a3e41f2-0000-4000-8000-000000000002'

export const functionGraphFixture: SystemFixture<'functiongraph'> = {
  kind: 'functiongraph',
  title: 'FunctionGraph',
  factory: 'functionGraph',
  entry: {
    load: () => import('allstop/functiongraph'),
    own: ['functionGraph', 'akSk', 'authToken', 'iamPassword', 'fromEnv'],
  },
  modes: ['force'],
  needsCredential: true,
  credential: authToken,
  credentials: {
    token: authToken,
    keys: (secret) => akSk({ accessKeyId: 'AK', secretAccessKey: secret, securityToken: `st-${secret}` }),
    password: (secret, tokenUrl) =>
      iamPassword({ iamUrl: tokenUrl, domain: 'd', username: 'ops', password: secret, project: { name: 'p' } }),
  },
  token: {
    name: 'iamPassword',
    make: (iamUrl, password, clock) =>
      iamPassword({ iamUrl, domain: 'acme', username: 'ops', password, project: { name: 'cn-north-4' }, clock }),
    gives: (token, from) => ({
      status: 201,
      headers: { 'x-subject-token': token },
      // IAM gives microseconds.
      body: { token: { expires_at: new Date(from.getTime() + 3_600_000).toISOString().replace('Z', '000Z') } },
    }),
    header: 'x-auth-token',
    before: '',
  },
  environment: {
    from: fromEnv.functionGraph,
    variables: { HUAWEICLOUD_SDK_AK: 'canary-ak', HUAWEICLOUD_SDK_SK: 'canary-sk' },
    authorization: /Access=canary-ak, SignedHeaders=host;x-sdk-date/,
  },
  contract: functionGraphContract,
  answers: [
    ['POST', /\/fgs\/functions\/[^/]+\/cancel$/, () => ({ body: 'null' })],
    [
      'GET',
      /\/async-invocations\?(?:.*&)?request_id=([^&]+)/,
      (id) => ({ body: { invocations: [{ request_id: id, status: 'RUNNING' }], count: 1 } }),
    ],
  ],
  acts: [
    {
      name: 'cancel',
      operationId: 'cancelAsyncInvocation',
      effect: 'harmful',
      run: (at) => functionGraph(at).stop(target),
      // A list is not what an order is answered with.
      makesOf: { '204': 'accepted x1', '200 empty': 'accepted x1', '200 with []': 'protocol? x1' },
    },
    {
      name: 'list',
      operationId: 'listAsyncInvocations',
      effect: 'none',
      run: (at) => functionGraph(at).read(target),
      makesOf: {
        '204': 'protocol x1',
        '200 empty': 'protocol x1',
        // No list at all is an empty list: no field of it is required.
        '200 with {}, headers twice': 'phase unknown',
      },
    },
  ],
  passing: [408, 502, 503, 504],
  empty403: 'permission_denied',
  takesAnyBody: false,
  errorBody: functionGraphErrorBody,
  failures: functionGraphFailures,
  named: { answer: [200, null, { 'x-request-id': 'r-1' }], requestId: 'r-1' },
  readers: functionGraphReaders,
  variants: [
    {
      name: 'functiongraph',
      make: functionGraph,
      target,
      idField: 'requestId',
      sameTarget: target,
      other: { functionUrn: ids.urn, requestId: otherRequest },
      fields: {
        functionUrn: {
          // The colons stay as they are, as Huawei's own SDK sends them.
          odd: [
            [aliasUrn, aliasUrn],
            [ids.urn.replace(/:latest$/, ''), ids.urn.replace(/:latest$/, '')],
          ],
          spelt: ({ path }) => path.split('/')[5],
          arrivesAs: (text) => text,
        },
        requestId: {
          odd: [['a_-9', 'a_-9']],
          spelt: ({ body }) => (JSON.parse(body) as { request_id: string }).request_id,
          arrivesAs: (text) => text,
        },
      },
      record: {
        body: { request_id: ids.uuid, status: 'FAIL', error_code: 4208 },
        id: 'request_id',
        fields: ['status', 'error_code', 'start_time', 'end_time'],
        wrap: (record) => ({ invocations: [record] }),
      },
      wire: {
        stop: {
          force: [
            {
              method: 'POST',
              path: `/v2/${project}/fgs/functions/${ids.urn}/cancel`,
              body: JSON.stringify({ request_id: ids.uuid, type: 'force' }),
            },
          ],
        },
        // It looks back seven days, not the one hour that the list goes by itself.
        read: [
          {
            method: 'GET',
            path: new RegExp(
              `^/v2/${project}/fgs/functions/${ids.urn}/async-invocations\\?request_id=${ids.uuid}` +
                '&query_begin_time=\\d{4}-\\d\\d-\\d\\dT\\d\\d(?::|%3A)\\d\\d(?::|%3A)\\d\\d$',
            ),
          },
        ],
        purge: undefined,
      },
      fake: {
        of: (work) => fakeFunctionGraph({ [ids.uuid]: work }),
        options: {},
      },
      lives: {
        endsByItself: true,
        // There is no word for a cancelled request.
        explainsFailure: false,
        taken: 'accepted',
        stoppingAs: 'running',
        stoppedAs: 'stopped',
        // Records are kept only where the function was told to.
        missingAs: 'unknown',
        forcesAtOnce: false,
        // Nobody says that a second cancel is harmless.
        harmfulTwice: ['force'],
      },
    },
  ],
}
