import { configure } from '../../core/call/connection.js'
import type { Settings, SystemOptions } from '../../core/call/options.js'
import { checkOneOf } from '../../core/check/check.js'
import { createSystem, type System } from '../../core/system/system.js'
import { isRepeatable } from '../../core/words/operation.js'
import { type FunctionComputeScheme, schemes } from './auth.js'
import { createFunctionComputeClient, type FunctionComputeClient } from './client.js'
import { readFailure, requestIdOf } from './errors.js'
import { operations } from './operations.js'
import { readState2, readState3 } from './read.js'
import { type FunctionComputeMode, stop2, stop3 } from './stop.js'
import {
  checkAccountId,
  checkOnly2,
  checkStopOptions,
  type FunctionComputeStopOptions,
  refuseStopOptions,
  stopOptionNames,
} from './stop-options.js'
import {
  checkTarget2,
  checkTarget3,
  type FunctionComputeTarget,
  type FunctionComputeVersion,
  functionComputeVersions,
} from './target.js'

// This entry alone is enough to use the system.
export * from '../../core/system/exports.js'
export { type Acs3Options, type AlibabaKeys, acs3 } from './acs3.js'
export type { FunctionComputeScheme } from './auth.js'
export type { FunctionComputeClient } from './client.js'
export { type FunctionComputeEndpoint, functionComputeUrl } from './endpoint.js'
export { fromEnv } from './from-env.js'
export type { FunctionComputeMode } from './stop.js'
export type { FunctionComputeStopOptions } from './stop-options.js'
export type {
  FunctionCompute2Target,
  FunctionCompute3Target,
  FunctionComputeTarget,
  FunctionComputeVersion,
} from './target.js'

/** Options of {@link functionCompute}. */
export interface FunctionComputeOptions<V extends FunctionComputeVersion = FunctionComputeVersion>
  extends SystemOptions<FunctionComputeScheme> {
  /**
   * The version of the API: 2.0 (`2021-04-06`, functions belong to services) or 3.0 (`2023-03-30`, no services).
   * @default '2021-04-06'
   */
  readonly apiVersion?: V | undefined
  /**
   * The id of the account, sent as `X-Fc-Account-Id` with every request. Only 2.0 has this header. It is not signed, and
   * usually not needed, because the host of `baseUrl` contains the id.
   * @default none is sent
   */
  readonly accountId?: V extends '2021-04-06' ? string | undefined : undefined
}

/** Function Compute of one account in one region of Alibaba Cloud. */
export type FunctionComputeSystem<V extends FunctionComputeVersion = FunctionComputeVersion> = System<
  'function-compute',
  FunctionComputeTarget<V>,
  FunctionComputeMode,
  FunctionComputeClient,
  V extends '2021-04-06' ? FunctionComputeStopOptions : object
>

/**
 * Alibaba Cloud Function Compute (alibabacloud.com, StopStatefulAsyncInvocation and StopAsyncTask): stops asynchronous
 * tasks. The only mode is `graceful`. `baseUrl` is `https://{accountId}.{region}.fc.aliyuncs.com`. Task mode must be
 * switched on for the function, otherwise its tasks are not found.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function functionCompute<V extends FunctionComputeVersion = '2021-04-06'>(
  options: FunctionComputeOptions<V>,
): FunctionComputeSystem<V> {
  return configure(
    functionCompute,
    'function-compute',
    options,
    { schemes, needsCredential: true, extraOptions: ['apiVersion', 'accountId'] },
    (settings, fields) => {
      const version = checkOneOf(fields['apiVersion'], 'apiVersion', functionComputeVersions, '2021-04-06')
      checkOnly2(fields['accountId'], 'accountId', version)
      const accountId = checkAccountId(fields['accountId'])
      // The checks above ensure that the value matches V. The compiler cannot see that.
      return (version === '2021-04-06'
        ? version2(settings, accountId)
        : version3(settings)) as unknown as FunctionComputeSystem<V>
    },
  )
}

function version2(settings: Settings, accountId: string | undefined): FunctionComputeSystem<'2021-04-06'> {
  const account: Readonly<Record<string, string>> = accountId === undefined ? {} : { 'x-fc-account-id': accountId }
  return createSystem({
    ...common({ ...settings, headers: { ...settings.headers, ...account } }),
    checkTarget: checkTarget2,
    checkExtra: checkStopOptions,
    stop: stop2,
    readState: readState2,
  })
}

function version3(settings: Settings): FunctionComputeSystem<'2023-03-30'> {
  return createSystem({
    ...common(settings),
    checkTarget: checkTarget3,
    checkExtra: refuseStopOptions,
    stop: stop3,
    readState: readState3,
  })
}

function common(settings: Settings) {
  return {
    kind: 'function-compute',
    capabilities: { modes: ['graceful'], defaultMode: 'graceful' },
    settings,
    waiting: {
      poll: { minDelayMs: 500, maxDelayMs: 5_000 },
      repeatable: { graceful: isRepeatable(operations.stopAsyncTask), force: false },
      goneIsStopped: false,
      sideEffects: {},
      mayVanish: false,
      forceNeedsPermission: false,
      // A new task is not found during its first 3 s or so.
      appearsWithinMs: 5_000,
    },
    createClient: createFunctionComputeClient,
    // 3.0 knows these names too, so that its error can say that they belong to 2.0.
    extraOptions: stopOptionNames,
    readFailure,
    requestId: requestIdOf,
  } as const
}
