import { basic, bearer, type Credential } from './core/credential.js'
import { guarded } from './core/identity.js'
import { refuse } from './core/refusal.js'
import { oauth2ClientCredentials } from './systems/enterprise-scheduler/oauth2.js'
import { acs3 } from './systems/function-compute/acs3.js'
import { akSk } from './systems/functiongraph/ak-sk.js'

type Environment = Readonly<Record<string, string | undefined>>

/** A variable that must be there. The error names it, and never shows a value. */
function need(env: Environment, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') refuse(name, 'is not set in the environment')
  return value
}

/** A variable that may be there; an empty one counts as absent. */
function may(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}

/** Makes a function that reads the environment, by default that of the process. */
function reading<T>(name: string, work: (env: Environment) => T): (env?: Environment) => T {
  const caller = { system: 'credential', kind: 'credential', called: `fromEnv.${name}` }
  const entry = (env: Environment = process.env): T => guarded(caller, entry, () => work(env), 'fromEnv')
  return entry
}

/**
 * Credentials from the environment, under the names that the vendors use. They are read when the function is called; a
 * missing one is an error that names it. Service Fabric's come through `@azure/identity` and `entra()`, which read
 * `AZURE_TENANT_ID` and its siblings themselves.
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
   * `ESS_PASSWORD`. Oracle has no names for them; these are ours.
   */
  enterpriseScheduler(env?: Environment): Credential<'basic' | 'oauth2'>
} = {
  restate: reading('restate', (env) => bearer(need(env, 'RESTATE_AUTH_TOKEN'))),
  functionGraph: reading('functionGraph', (env) =>
    akSk({
      accessKeyId: need(env, 'HUAWEICLOUD_SDK_AK'),
      secretAccessKey: need(env, 'HUAWEICLOUD_SDK_SK'),
      securityToken: may(env, 'HUAWEICLOUD_SDK_SECURITY_TOKEN'),
      projectId: may(env, 'HUAWEICLOUD_SDK_PROJECT_ID'),
    }),
  ),
  functionCompute: reading('functionCompute', (env) =>
    acs3({
      accessKeyId: need(env, 'ALIBABA_CLOUD_ACCESS_KEY_ID'),
      accessKeySecret: need(env, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'),
      securityToken: may(env, 'ALIBABA_CLOUD_SECURITY_TOKEN'),
    }),
  ),
  enterpriseScheduler: reading('enterpriseScheduler', (env) =>
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
