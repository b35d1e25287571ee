import type { Credential } from '../../core/credential/credential.js'
import { type Environment, fromEnvironment, ownEnvironment } from '../../core/credential/environment.js'
import { acs3 } from './acs3.js'

/**
 * The access key of Alibaba Cloud from the environment: `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`;
 * optional: `ALIBABA_CLOUD_SECURITY_TOKEN`.
 * @throws StopError `invalid_argument` when a variable is missing; the message names it
 */
export function fromEnv(env: Environment = ownEnvironment()): Credential<'acs3'> {
  return fromEnvironment(fromEnv, env, ({ need, may }) =>
    acs3({
      accessKeyId: need('ALIBABA_CLOUD_ACCESS_KEY_ID'),
      accessKeySecret: need('ALIBABA_CLOUD_ACCESS_KEY_SECRET'),
      securityToken: may('ALIBABA_CLOUD_SECURITY_TOKEN'),
    }),
  )
}
