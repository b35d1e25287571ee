/** Every operation that the facade sends, and every one that a typed client can. */
import {
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  type RetryOptions,
  restate,
  serviceFabric,
} from 'allstop'
import { contracts } from '../contract/contracts.js'
import type { SpecName } from '../support/prism.js'
import { operationsOf } from '../support/spec.js'
import { ids } from '../support/systems.js'

/** How a cell of the matrix calls a system. */
interface Circumstances {
  readonly baseUrl: string
  readonly fetch: Fetch
  readonly retry: RetryOptions
  readonly attemptTimeoutMs?: number
}

export interface Act {
  readonly system: SpecName
  readonly name: string
  readonly operationId: string
  /** What a second sending would do. A typed client never sends anything twice. */
  readonly effect: 'none' | 'repeatable' | 'once'
  readonly through: 'facade' | 'client'
  run(circumstances: Circumstances): Promise<unknown>
}

const graph = { functionUrn: ids.urn, requestId: ids.uuid }
const task = { functionName: 'demo-function', invocationId: ids.task }
const invocation = { invocationId: ids.restate }
const application = { applicationId: 'fabric:/samples/CalculatorApp' }
const job = { requestId: ids.job }

type FacadeAct = readonly [SpecName, string, string, Act['effect'], Act['run']]

const facade: readonly FacadeAct[] = [
  ['restate', 'cancel', 'cancelInvocation', 'once', (at) => restate({ api: 'patch', ...at }).stop(invocation)],
  [
    'restate',
    'kill',
    'killInvocation',
    'repeatable',
    (at) => restate({ api: 'patch', ...at }).stop(invocation, { mode: 'force' }),
  ],
  ['restate', 'DELETE Cancel', 'deleteInvocation', 'once', (at) => restate({ api: 'delete', ...at }).stop(invocation)],
  [
    'restate',
    'DELETE Kill',
    'deleteInvocation',
    'repeatable',
    (at) => restate({ api: 'delete', ...at }).stop(invocation, { mode: 'force' }),
  ],
  [
    'restate',
    'DELETE Purge',
    'deleteInvocation',
    'repeatable',
    (at) => restate({ api: 'delete', ...at }).purge(invocation),
  ],
  ['restate', 'purge', 'purgeInvocation', 'repeatable', (at) => restate({ api: 'patch', ...at }).purge(invocation)],
  [
    'restate',
    'purge-journal',
    'purgeJournal',
    'repeatable',
    (at) => restate({ api: 'patch', ...at }).purge(invocation, { journalOnly: true }),
  ],
  ['restate', 'version', 'getVersion', 'none', (at) => restate(at).stop(invocation)],
  ['restate', 'query', 'query', 'none', (at) => restate(at).read(invocation)],
  ['functiongraph', 'cancel', 'cancelAsyncInvocation', 'once', (at) => functionGraph(at).stop(graph)],
  ['functiongraph', 'list', 'listAsyncInvocations', 'none', (at) => functionGraph(at).read(graph)],
  [
    'function-compute',
    'stop 2.0',
    'stopStatefulAsyncInvocation',
    'repeatable',
    (at) => functionCompute(at).stop({ serviceName: 'demo-service', ...task }),
  ],
  [
    'function-compute',
    'get 2.0',
    'getStatefulAsyncInvocation',
    'none',
    (at) => functionCompute(at).read({ serviceName: 'demo-service', ...task }),
  ],
  [
    'function-compute',
    'stop 3.0',
    'stopAsyncTask',
    'repeatable',
    (at) => functionCompute({ ...at, apiVersion: '2023-03-30' }).stop(task),
  ],
  [
    'function-compute',
    'get 3.0',
    'getAsyncTask',
    'none',
    (at) => functionCompute({ ...at, apiVersion: '2023-03-30' }).read(task),
  ],
  ['enterprise-scheduler', 'cancel', 'cancelRequest', 'repeatable', (at) => enterpriseScheduler(at).stop(job)],
  [
    'enterprise-scheduler',
    'forceCancel',
    'forceCancelRequest',
    'repeatable',
    (at) => enterpriseScheduler(at).stop(job, { mode: 'force' }),
  ],
  ['enterprise-scheduler', 'delete', 'deleteRequest', 'repeatable', (at) => enterpriseScheduler(at).purge(job)],
  ['enterprise-scheduler', 'get', 'getRequest', 'none', (at) => enterpriseScheduler(at).read(job)],
  ['service-fabric', 'Delete', 'deleteApplication', 'repeatable', (at) => serviceFabric(at).stop(application)],
  [
    'service-fabric',
    'forced Delete',
    'deleteApplication',
    'repeatable',
    (at) => serviceFabric(at).stop(application, { mode: 'force' }),
  ],
  ['service-fabric', 'get', 'getApplicationInfo', 'none', (at) => serviceFabric(at).read(application)],
]

export const acts: readonly Act[] = [
  ...facade.map(
    ([system, name, operationId, effect, run]): Act => ({ system, name, operationId, effect, run, through: 'facade' }),
  ),
  ...contracts.flatMap(({ spec, operations }) =>
    operationsOf(spec).map(
      ({ operationId, method }): Act => ({
        system: spec,
        name: `client ${operationId}`,
        operationId,
        effect: method === 'GET' ? 'none' : 'once',
        through: 'client',
        run: async ({ baseUrl, fetch }) => operations[operationId]?.client(baseUrl, fetch),
      }),
    ),
  ),
]
