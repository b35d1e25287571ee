import { configure } from '../../core/call/connection.js'
import type { SystemOptions } from '../../core/call/options.js'
import { checkOneOf } from '../../core/check/check.js'
import { createPurgeableSystem, type PurgeableSystem } from '../../core/system/purge.js'
import { apiChooser, type RestateApi, restateApis } from './api.js'
import { type RestateScheme, schemes } from './auth.js'
import type { RestateClient } from './client.js'
import { readFailure } from './errors.js'
import { operations } from './operations.js'
import { purge, purgeOptions, type RestatePurgeOptions } from './purge.js'
import { readState } from './read.js'
import { cancelTakesChildren, codeMayRun, killTakesChildren, type RestateMode, stop } from './stop.js'
import { checkTarget, type RestateTarget } from './target.js'

// This entry alone is enough to use the system.
export { bearer } from '../../core/credential/credential.js'
export * from '../../core/system/exports.js'
export type { RestateApi } from './api.js'
export type { RestateScheme } from './auth.js'
export type { RestateClient } from './client.js'
export { fromEnv } from './from-env.js'
export type { RestatePurgeOptions } from './purge.js'
export type { RestateMode } from './stop.js'
export type { RestateTarget } from './target.js'

/** Options of {@link restate}. */
export interface RestateOptions extends SystemOptions<RestateScheme> {
  /**
   * The API generation to use. `patch` (servers since 1.4.0) reports whether the invocation exists and has stopped. The
   * older `delete` answers 202 to everything. `auto` reads `GET /version` before the first stop or purge.
   * @default 'auto'
   */
  readonly api?: RestateApi | undefined
}

/** A Restate cluster. */
export type RestateSystem = PurgeableSystem<
  'restate',
  RestateTarget,
  RestateMode,
  RestateClient,
  object,
  RestatePurgeOptions
>

const kind = 'restate'

/**
 * Restate's admin API (docs.restate.dev): stops invocations. `graceful` cancels: the next await in the handler throws, and
 * compensation runs. `force` kills at once, without compensation.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function restate(options: RestateOptions): RestateSystem {
  return configure(restate, kind, options, { schemes, ownOptions: ['api'] }, (settings, { api }) => {
    const chooseApi = apiChooser(checkOneOf(api, 'api', restateApis, 'auto'))
    return createPurgeableSystem(settings, {
      kind,
      modes: {
        graceful: { operation: operations.cancelInvocation, sideEffects: [cancelTakesChildren] },
        force: { operation: operations.killInvocation, sideEffects: [killTakesChildren, codeMayRun] },
      },
      mayVanish: true,
      poll: { minDelayMs: 50, maxDelayMs: 2_000 },
      checkTarget,
      readFailure,
      readState,
      stop: (request) => stop(request, chooseApi),
      purgeOptions,
      purge: (request) => purge(request, chooseApi),
    })
  })
}
