import { basic, bearer, type Credential } from './core/credential.js'
import { guarded } from './core/identity.js'
import { refuse } from './core/refusal.js'
import { oauth2ClientCredentials } from './systems/enterprise-scheduler/oauth2.js'
import { acs3 } from './systems/function-compute/acs3.js'
import { akSk } from './systems/functiongraph/ak-sk.js'

type Environment = Readonly<Record<string, string | undefined>>

/** A required variable. The error names it, and never shows a value. */
function need(env: Environment, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') refuse(name, 'is not set in the environment')
  return value
}

/** An optional variable; an empty one counts as absent. */
function may(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}

function reading<T>(work: () => T): T {
  return guarded({ system: 'credential', kind: 'credential' }, 'fromEnv', work)
}

/**
 * Credentials from the environment, under the names that the vendors use. The variables are read when the function is
 * called; a missing one is the error `invalid_argument`, which names it. Service Fabric has none here:
 * `@azure/identity` reads `AZURE_TENANT_ID` and the others itself, and `entra()` takes its credential.
 */
export const fromEnv: {
  /** `RESTATE_AUTH_TOKEN`, as Restate's command line has it. */
  restate(env?: Environment): Credential<'bearer'>
  /** `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, and if set `HUAWEICLOUD_SDK_SECURITY_TOKEN`, `HUAWEICLOUD_SDK_PROJECT_ID`. */
  functionGraph(env?: Environment): Credential<'ak-sk'>
  /** `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, and if set `ALIBABA_CLOUD_SECURITY_TOKEN`. */
  functionCompute(env?: Environment): Credential<'acs3'>
  /**
   * `ESS_TOKEN_URL`, `ESS_CLIENT_ID`, `ESS_CLIENT_SECRET`, `ESS_SCOPE` if the first is set, else `ESS_USERNAME`,
   * `ESS_PASSWORD`. Oracle has no names for them; these are this package's own.
   */
  enterpriseScheduler(env?: Environment): Credential<'basic' | 'oauth2'>
} = {
  restate: (env = process.env) => reading(() => bearer(need(env, 'RESTATE_AUTH_TOKEN'))),
  functionGraph: (env = process.env) =>
    reading(() =>
      akSk({
        accessKeyId: need(env, 'HUAWEICLOUD_SDK_AK'),
        secretAccessKey: need(env, 'HUAWEICLOUD_SDK_SK'),
        securityToken: may(env, 'HUAWEICLOUD_SDK_SECURITY_TOKEN'),
        projectId: may(env, 'HUAWEICLOUD_SDK_PROJECT_ID'),
      }),
    ),
  functionCompute: (env = process.env) =>
    reading(() =>
      acs3({
        accessKeyId: need(env, 'ALIBABA_CLOUD_ACCESS_KEY_ID'),
        accessKeySecret: need(env, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'),
        securityToken: may(env, 'ALIBABA_CLOUD_SECURITY_TOKEN'),
      }),
    ),
  enterpriseScheduler: (env = process.env) =>
    reading(() =>
      may(env, 'ESS_TOKEN_URL') === undefined
        ? basic({ username: need(env, 'ESS_USERNAME'), password: need(env, 'ESS_PASSWORD') })
        : oauth2ClientCredentials({
            tokenUrl: need(env, 'ESS_TOKEN_URL'),
            clientId: need(env, 'ESS_CLIENT_ID'),
            clientSecret: need(env, 'ESS_CLIENT_SECRET'),
            scope: need(env, 'ESS_SCOPE'),
          }),
    ),
}
