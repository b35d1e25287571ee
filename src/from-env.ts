import { fromEnv as enterpriseScheduler } from './systems/enterprise-scheduler/from-env.js'
import { fromEnv as functionCompute } from './systems/function-compute/from-env.js'
import { fromEnv as functionGraph } from './systems/functiongraph/from-env.js'
import { fromEnv as restate } from './systems/restate/from-env.js'

/**
 * Credentials from environment variables with the vendors' names. The variables are read when the function is called. A
 * missing variable is an error that names it. The entry of a system, such as `allstop/restate`, exports `fromEnv()`.
 *
 * Service Fabric has none: use `entra()` with `@azure/identity`, which reads `AZURE_TENANT_ID` and the related variables.
 */
export const fromEnv: {
  /** `RESTATE_AUTH_TOKEN`, as for Restate's command line. */
  readonly restate: typeof restate
  /** `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`; optional: `HUAWEICLOUD_SDK_SECURITY_TOKEN`, `HUAWEICLOUD_SDK_PROJECT_ID`. */
  readonly functionGraph: typeof functionGraph
  /** `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`; optional: `ALIBABA_CLOUD_SECURITY_TOKEN`. */
  readonly functionCompute: typeof functionCompute
  /**
   * If `ESS_TOKEN_URL` is set: `ESS_TOKEN_URL`, `ESS_CLIENT_ID`, `ESS_CLIENT_SECRET`, `ESS_SCOPE`. Otherwise:
   * `ESS_USERNAME`, `ESS_PASSWORD`. Oracle defines no such variables; these names are this package's own.
   */
  readonly enterpriseScheduler: typeof enterpriseScheduler
} = { restate, functionGraph, functionCompute, enterpriseScheduler }
