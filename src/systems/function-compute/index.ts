import { configure } from '../../core/call/connection.js'
import type { SystemOptions } from '../../core/call/options.js'
import { checkOneOf } from '../../core/check/check.js'
import { createSystem, type System } from '../../core/system/system.js'
import { type FunctionComputeScheme, schemes } from './auth.js'
import type { FunctionComputeClient } from './client.js'
import { readFailure } from './errors.js'
import { operations } from './operations.js'
import { readState2, readState3 } from './read.js'
import { type FunctionComputeMode, stop2, stop3 } from './stop.js'
import {
  checkAccountId,
  checkOnly2,
  type FunctionComputeStopOptions,
  stopOptions2,
  stopOptions3,
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

const kind = 'function-compute'
const rules = { schemes, needsCredential: true, ownOptions: ['apiVersion', 'accountId'] }

/** What both versions have in common. */
const common = {
  kind,
  modes: { graceful: { operation: operations.stopAsyncTask } },
  poll: { minDelayMs: 500, maxDelayMs: 5_000 },
  // A new task is not found during its first 3 s or so.
  appearsWithinMs: 5_000,
  answerId: { headers: ['x-fc-request-id', 'x-acs-request-id'], field: 'RequestId' },
  readFailure,
} as const
const version2 = { ...common, checkTarget: checkTarget2, stopOptions: stopOptions2, stop: stop2, readState: readState2 }
const version3 = { ...common, checkTarget: checkTarget3, stopOptions: stopOptions3, stop: stop3, readState: readState3 }

/**
 * Alibaba Cloud Function Compute (alibabacloud.com, StopStatefulAsyncInvocation and StopAsyncTask): stops asynchronous
 * tasks. The only mode is `graceful`. `baseUrl` is `https://{accountId}.{region}.fc.aliyuncs.com`. Task mode must be
 * switched on for the function, otherwise its tasks are not found.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function functionCompute<V extends FunctionComputeVersion = '2021-04-06'>(
  options: FunctionComputeOptions<V>,
): FunctionComputeSystem<V> {
  return configure(functionCompute, kind, options, rules, (settings, fields) => {
    const version = checkOneOf(fields['apiVersion'], 'apiVersion', functionComputeVersions, '2021-04-06')
    checkOnly2(fields['accountId'], 'accountId', version)
    const accountId = checkAccountId(fields['accountId'])
    const system =
      version === '2021-04-06'
        ? createSystem(settings, { ...version2, headers: { 'x-fc-account-id': accountId } })
        : createSystem(settings, version3)
    // The checks above ensure that the value matches V. The compiler cannot see that.
    return system as unknown as FunctionComputeSystem<V>
  })
}
