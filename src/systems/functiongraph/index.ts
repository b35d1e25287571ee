import { configure } from '../../core/call/connection.js'
import type { SystemOptions } from '../../core/call/options.js'
import { createSystem, type System } from '../../core/system/system.js'
import { type FunctionGraphScheme, schemes } from './auth.js'
import type { FunctionGraphClient } from './client.js'
import { readFailure } from './errors.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { type FunctionGraphMode, type FunctionGraphStopOptions, instanceIsShared, stop, stopOptions } from './stop.js'
import { checkProjectId, type FunctionGraphTarget, targetChecker } from './target.js'

// This entry alone is enough to use the system.
export { authToken } from '../../core/credential/credential.js'
export * from '../../core/system/exports.js'
export { akSk, type HuaweiKeys } from './ak-sk.js'
export type { FunctionGraphScheme } from './auth.js'
export type { FunctionGraphClient } from './client.js'
export { fromEnv } from './from-env.js'
export { type IamPasswordOptions, iamPassword } from './iam-password.js'
export type { FunctionGraphMode, FunctionGraphStopOptions } from './stop.js'
export type { FunctionGraphTarget } from './target.js'

/** Options of {@link functionGraph}. */
export interface FunctionGraphOptions extends SystemOptions<FunctionGraphScheme> {
  /**
   * The only project whose functions may be stopped. URNs of other projects are refused before any request.
   * @default any project; it is taken from the URN
   */
  readonly projectId?: string | undefined
}

/** FunctionGraph in one region of Huawei Cloud. */
export type FunctionGraphSystem = System<
  'functiongraph',
  FunctionGraphTarget,
  FunctionGraphMode,
  FunctionGraphClient,
  FunctionGraphStopOptions
>

const kind = 'functiongraph'
const rules = { schemes, needsCredential: true, ownOptions: ['projectId'] }

/**
 * Huawei Cloud FunctionGraph (support.huaweicloud.com, API CancelAsyncInvocation): stops asynchronous invocation
 * requests. The only mode is `force`. `baseUrl` is `https://functiongraph.{region}.myhuaweicloud.com`.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function functionGraph(options: FunctionGraphOptions): FunctionGraphSystem {
  return configure(functionGraph, kind, options, rules, (settings, { projectId }) =>
    createSystem(settings, {
      kind,
      modes: { force: { operation: operations.cancelAsyncInvocation, sideEffects: [instanceIsShared] } },
      mayVanish: true,
      // Huawei's own SDK sends the colons of a URN unescaped. No source says whether the gateway accepts %3A, above all in a
      // signed request.
      unescapedInPath: ':',
      answerId: { headers: ['x-request-id', 'x-cff-request-id'], field: 'request_id' },
      checkTarget: targetChecker(checkProjectId(projectId)),
      stopOptions,
      readFailure,
      readState,
      stop,
    }),
  )
}
