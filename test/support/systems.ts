/** One system of each kind, ready to stop something at a given address. */
import {
  authToken,
  basic,
  bearer,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  type Receipt,
  restate,
  type StopOptions,
  serviceFabric,
  signed,
} from 'allstop'

/** One target of each kind; the examples of the specs are records of them. */
export const ids = {
  restate: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz',
  urn: 'urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fb2d9a:function:default:test:latest',
  task: 'nightly-0001',
  job: '300000012345678',
  application: 'samples~CalculatorApp',
  uuid: '1167bf8c-87b0-43ab-8f5f-26b16c64f252',
} as const

/** A system with its target bound, so that a test can go over all of them alike. */
export interface Bound {
  readonly name: string
  /** Sends one stop in the default mode. */
  stop(baseUrl: string, call?: StopOptions, system?: Record<string, unknown>): Promise<Receipt>
}

/** The secret that every credential of {@link allSystems} holds. */
export const canary = 'canary-0123456789abcdef'

export const allSystems: readonly Bound[] = [
  {
    name: 'restate',
    stop: (baseUrl, call, system) =>
      restate({ baseUrl, api: 'patch', auth: bearer(canary), ...system }).stop(
        { invocationId: ids.restate },
        { ifStopping: 'repeat', ...call },
      ),
  },
  {
    name: 'functiongraph',
    stop: (baseUrl, call, system) =>
      functionGraph({ baseUrl, auth: authToken(canary), ...system }).stop(
        { functionUrn: ids.urn, requestId: ids.uuid },
        call as StopOptions<'force'>,
      ),
  },
  {
    name: 'function-compute',
    stop: (baseUrl, call, system) =>
      functionCompute({ baseUrl, auth: signed(() => ({ authorization: `X ${canary}` })), ...system }).stop(
        { serviceName: 'demo-service', functionName: 'demo-function', invocationId: ids.task },
        call as StopOptions<'graceful'>,
      ),
  },
  {
    name: 'enterprise-scheduler',
    stop: (baseUrl, call, system) =>
      enterpriseScheduler({ baseUrl, auth: basic({ username: 'ops', password: canary }), ...system }).stop(
        { requestId: ids.job },
        call,
      ),
  },
  {
    name: 'service-fabric',
    stop: (baseUrl, call, system) =>
      serviceFabric({ baseUrl, auth: bearer(() => canary), ...system }).stop({ applicationId: ids.application }, call),
  },
]
