import type { Credential } from '../../core/credential/credential.js'
import { type Environment, fromEnvironment, ownEnvironment } from '../../core/credential/environment.js'
import { akSk } from './ak-sk.js'

/**
 * The access key of Huawei Cloud from the environment: `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`; optional:
 * `HUAWEICLOUD_SDK_SECURITY_TOKEN`, `HUAWEICLOUD_SDK_PROJECT_ID`.
 * @throws StopError `invalid_argument` when a variable is missing; the message names it
 */
export function fromEnv(env: Environment = ownEnvironment()): Credential<'ak-sk'> {
  return fromEnvironment(fromEnv, env, ({ need, may }) =>
    akSk({
      accessKeyId: need('HUAWEICLOUD_SDK_AK'),
      secretAccessKey: need('HUAWEICLOUD_SDK_SK'),
      securityToken: may('HUAWEICLOUD_SDK_SECURITY_TOKEN'),
      projectId: may('HUAWEICLOUD_SDK_PROJECT_ID'),
    }),
  )
}
