import { basic, type Credential } from '../../core/credential.js'
import { type Environment, fromEnvironment } from '../../core/environment.js'
import { oauth2ClientCredentials } from './oauth2.js'

/**
 * The credential of Enterprise Scheduler from the environment: `ESS_TOKEN_URL`, `ESS_CLIENT_ID`, `ESS_CLIENT_SECRET`,
 * `ESS_SCOPE` if the first is set, else `ESS_USERNAME`, `ESS_PASSWORD`. Oracle has no names for them; these are ours.
 * @throws StopError `invalid_argument` when one is missing; it names it
 */
export function fromEnv(env: Environment = process.env): Credential<'basic' | 'oauth2'> {
  return fromEnvironment(fromEnv, env, ({ need, may }) =>
    may('ESS_TOKEN_URL') === undefined
      ? basic({ username: need('ESS_USERNAME'), password: need('ESS_PASSWORD') })
      : oauth2ClientCredentials({
          tokenUrl: need('ESS_TOKEN_URL'),
          clientId: need('ESS_CLIENT_ID'),
          clientSecret: need('ESS_CLIENT_SECRET'),
          scope: need('ESS_SCOPE'),
        }),
  )
}
