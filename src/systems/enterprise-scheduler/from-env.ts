import { basic, type Credential } from '../../core/credential/credential.js'
import { type Environment, fromEnvironment, ownEnvironment } from '../../core/credential/environment.js'
import { oauth2ClientCredentials } from './oauth2.js'

/**
 * The credential of Enterprise Scheduler from the environment. If `ESS_TOKEN_URL` is set: `ESS_TOKEN_URL`,
 * `ESS_CLIENT_ID`, `ESS_CLIENT_SECRET`, `ESS_SCOPE`. Otherwise: `ESS_USERNAME`, `ESS_PASSWORD`. Oracle defines no such
 * variables; these names are this package's own.
 * @throws StopError `invalid_argument` when a variable is missing; the message names it
 */
export function fromEnv(env: Environment = ownEnvironment()): Credential<'basic' | 'oauth2'> {
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
