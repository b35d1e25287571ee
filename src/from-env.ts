import { fromEnv as enterpriseScheduler } from './systems/enterprise-scheduler/from-env.js'
import { fromEnv as functionCompute } from './systems/function-compute/from-env.js'
import { fromEnv as functionGraph } from './systems/functiongraph/from-env.js'
import { fromEnv as restate } from './systems/restate/from-env.js'

/**
 * Credentials from the environment, under the names that the vendors use. They are read when the function is called; a
 * missing one is an error that names it. A system's own entry, such as `allstop/restate`, exports its one as `fromEnv()`.
 *
 * Service Fabric has none: its credential comes through `@azure/identity` and `entra()`, which read `AZURE_TENANT_ID` and
 * its siblings themselves.
 */
export const fromEnv: {
  /** `RESTATE_AUTH_TOKEN`, as Restate's command line has it. */
  readonly restate: typeof restate
  /** `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, and if set `HUAWEICLOUD_SDK_SECURITY_TOKEN`, `HUAWEICLOUD_SDK_PROJECT_ID`. */
  readonly functionGraph: typeof functionGraph
  /** `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, and if set `ALIBABA_CLOUD_SECURITY_TOKEN`. */
  readonly functionCompute: typeof functionCompute
  /**
   * `ESS_TOKEN_URL`, `ESS_CLIENT_ID`, `ESS_CLIENT_SECRET`, `ESS_SCOPE` if the first is set, else `ESS_USERNAME`,
   * `ESS_PASSWORD`. Oracle has no names for them; these are this package's own.
   */
  readonly enterpriseScheduler: typeof enterpriseScheduler
} = { restate, functionGraph, functionCompute, enterpriseScheduler }
