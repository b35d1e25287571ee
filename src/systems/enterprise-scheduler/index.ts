import { configure } from '../../core/call/connection.js'
import type { SystemOptions } from '../../core/call/options.js'
import { createPurgeableSystem, type PurgeableSystem } from '../../core/system/purge.js'
import { type EnterpriseSchedulerScheme, schemes } from './auth.js'
import type { EnterpriseSchedulerClient } from './client.js'
import { readFailure } from './errors.js'
import { operations } from './operations.js'
import { purge } from './purge.js'
import { readState } from './read.js'
import { cancelsChildren, type EnterpriseSchedulerMode, remoteMayRun, stop } from './stop.js'
import { checkTarget, type EnterpriseSchedulerTarget } from './target.js'

// This entry alone is enough to use the system.
export { basic, bearer } from '../../core/credential/credential.js'
export * from '../../core/system/exports.js'
export type { EnterpriseSchedulerScheme } from './auth.js'
export type { EnterpriseSchedulerClient } from './client.js'
export { fromEnv } from './from-env.js'
export { type OAuth2Options, oauth2ClientCredentials } from './oauth2.js'
export type { EnterpriseSchedulerMode } from './stop.js'
export type { EnterpriseSchedulerTarget } from './target.js'

/** Options of {@link enterpriseScheduler}. */
export type EnterpriseSchedulerOptions = SystemOptions<EnterpriseSchedulerScheme>

/** The Enterprise Scheduler of one pod. */
export type EnterpriseSchedulerSystem = PurgeableSystem<
  'enterprise-scheduler',
  EnterpriseSchedulerTarget,
  EnterpriseSchedulerMode,
  EnterpriseSchedulerClient,
  object,
  object
>

const kind = 'enterprise-scheduler'

/**
 * Oracle Enterprise Scheduler (docs.oracle.com, Oracle ERP Cloud REST API "Scheduler"): cancels job requests. `baseUrl`
 * is the origin of the pod, such as `https://acme.fa.us2.oraclecloud.com`. The package adds `/ess/rest/scheduler/v1`.
 *
 * `force`, and the escalation to it, is only for asynchronous requests, after 30 minutes of cancelling. A force cancel
 * closes the request, not the job. Oracle asks you to make sure first that the remote job no longer executes.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function enterpriseScheduler(options: EnterpriseSchedulerOptions): EnterpriseSchedulerSystem {
  return configure(enterpriseScheduler, kind, options, { schemes, needsCredential: true }, (settings) =>
    createPurgeableSystem(settings, {
      kind,
      modes: {
        graceful: { operation: operations.cancelRequest, sideEffects: [cancelsChildren] },
        force: { operation: operations.forceCancelRequest, sideEffects: [remoteMayRun] },
      },
      // After 30 minutes in CANCELLING, counted from the job's last check-in. isForceCancelAllowed says when.
      forceNeedsPermission: true,
      poll: { minDelayMs: 2_000, maxDelayMs: 30_000 },
      // Oracle's execution context id, which finds the request in Oracle's logs, if the server sends it.
      answerId: { headers: ['x-oracle-dms-ecid', 'x-request-id'] },
      redirectHint: 'a redirect to a login page means that single sign-on did not accept `auth`',
      checkTarget,
      readFailure,
      readState,
      stop,
      purge,
    }),
  )
}
