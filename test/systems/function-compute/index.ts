import { acs3, type FunctionComputeOptions, fromEnv, functionCompute, signed } from 'allstop'
import { fakeFunctionCompute } from '../../support/fakes/function-compute.js'
import type { Work } from '../../support/fakes/work.js'
import type { Recorded } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'
import type { SystemFixture, Variant } from '../fixture.js'
import { functionComputeActs } from './acts.js'
import { functionComputeContract } from './contract.js'
import { functionComputeErrorBody, functionComputeFailures, functionComputeReaders } from './failures.js'

const target3 = { functionName: 'demo-function', invocationId: ids.task }
const target2 = { serviceName: 'demo-service', ...target3 }
const otherTask = '1-64e70cf1-5cbe'
const path2 = `/2021-04-06/services/demo-service/functions/demo-function/stateful-async-invocations/${ids.task}`
const path3 = `/2023-03-30/functions/demo-function/async-tasks/${ids.task}`

/** A field that stands in a segment of the path. */
const inPath = (segment: number, ...odd: readonly (readonly [value: unknown, spelt: string])[]) => ({
  odd,
  spelt: ({ path }: Recorded) => path.split('?')[0]?.split('/')[segment],
  arrivesAs: (text: string) => text,
})

/** What is the same in both generations. */
const common = {
  fake: {
    of: (work: Work) => fakeFunctionCompute({ [ids.task]: work }),
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
} as const satisfies Partial<Variant>

export const functionComputeFixture: SystemFixture<'function-compute'> = {
  kind: 'function-compute',
  title: 'Function Compute',
  factory: 'functionCompute',
  entry: {
    load: () => import('allstop/function-compute'),
    own: ['functionCompute', 'functionComputeUrl', 'acs3', 'fromEnv'],
  },
  modes: ['graceful'],
  needsCredential: true,
  credential: (secret) => signed(() => ({ authorization: `X ${secret}` })),
  credentials: {
    keys: (secret) => acs3({ accessKeyId: 'AK', accessKeySecret: secret, securityToken: `st-${secret}` }),
    hook: (secret) => signed(() => ({ authorization: `Own Signature=${secret}` })),
  },
  token: undefined,
  environment: {
    from: fromEnv.functionCompute,
    variables: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'canary-ak', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-sk' },
    authorization: /Credential=canary-ak/,
  },
  contract: functionComputeContract,
  answers: [
    ['PUT', /\/(?:stateful-async-invocations|async-tasks)\//, () => ({ body: {} })],
    ['GET', /\/stateful-async-invocations\/([^/?]+)/, (id) => ({ body: { invocationId: id, status: 'Running' } })],
    ['GET', /\/async-tasks\/([^/?]+)/, (id) => ({ body: { taskId: id, status: 'Running' } })],
  ],
  acts: functionComputeActs,
  // Its error table says to try again also after a 500.
  passing: [408, 500, 502, 503, 504],
  empty403: 'permission_denied',
  takesAnyBody: false,
  errorBody: functionComputeErrorBody,
  failures: functionComputeFailures,
  named: { answer: [200, {}, { 'x-fc-request-id': 'r-2' }], requestId: 'r-2' },
  readers: functionComputeReaders,
  variants: [
    {
      ...common,
      name: 'function-compute 2.0',
      make: functionCompute,
      target: target2,
      idField: 'invocationId',
      sameTarget: target2,
      other: { ...target2, invocationId: otherTask },
      fields: {
        serviceName: inPath(3, ['_s-1', '_s-1']),
        functionName: inPath(5, ['_fn', '_fn']),
        invocationId: inPath(7, ['1-64e70cf1-5cbe', '1-64e70cf1-5cbe']),
      },
      record: {
        body: { invocationId: ids.task, status: 'Stopped', startedTime: 1, endTime: 2 },
        id: 'invocationId',
        fields: ['status', 'startedTime', 'endTime'],
        wrap: (record) => record,
      },
      wire: {
        stop: { graceful: [{ method: 'PUT', path: path2 }] },
        read: [{ method: 'GET', path: path2 }],
        purge: undefined,
      },
    },
    {
      ...common,
      name: 'function-compute 3.0',
      make: (options: FunctionComputeOptions<'2023-03-30'>) =>
        functionCompute({ ...options, apiVersion: '2023-03-30' }),
      target: target3,
      idField: 'invocationId',
      sameTarget: target3,
      other: { ...target3, invocationId: otherTask },
      fields: {
        functionName: inPath(3, ['_fn', '_fn']),
        invocationId: inPath(5, ['1-64e70cf1-5cbe', '1-64e70cf1-5cbe']),
      },
      record: {
        body: { taskId: ids.task, status: 'Stopped', startedTime: 1, endTime: 2 },
        id: 'taskId',
        fields: ['status', 'startedTime', 'endTime'],
        wrap: (record) => record,
      },
      wire: {
        stop: { graceful: [{ method: 'PUT', path: `${path3}/stop` }] },
        read: [{ method: 'GET', path: path3 }],
        purge: undefined,
      },
    },
  ],
}
