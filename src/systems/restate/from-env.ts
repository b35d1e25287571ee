import { bearer, type Credential } from '../../core/credential/credential.js'
import { type Environment, fromEnvironment, ownEnvironment } from '../../core/credential/environment.js'

/**
 * The credential of Restate Cloud from the environment: `RESTATE_AUTH_TOKEN`, as for Restate's command line.
 * @throws StopError `invalid_argument` when the variable is not set
 */
export function fromEnv(env: Environment = ownEnvironment()): Credential<'bearer'> {
  return fromEnvironment(fromEnv, env, ({ need }) => bearer(need('RESTATE_AUTH_TOKEN')))
}
