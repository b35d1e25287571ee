import { checkFlag, checkId } from '../../core/check.js'
import { guarded } from '../../core/identity.js'

/** An account in a region. */
export interface FunctionComputeEndpoint {
  /** The id of the account, its digits. */
  readonly accountId: string
  /** The region, such as `cn-hangzhou`. */
  readonly region: string
  /** The address that is reached only from inside the region. @default false */
  readonly internal?: boolean | undefined
}

/**
 * The base URL of an account in a region, the same for 2.0 and 3.0: `https://{accountId}.{region}.fc.aliyuncs.com`.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/endpoints
 */
export function functionComputeUrl({ accountId, region, internal }: FunctionComputeEndpoint): string {
  return guarded({ system: 'function-compute', kind: 'function-compute' }, 'configure', () => {
    const account = checkId(accountId, 'accountId', { pattern: /^\d{1,20}$/, rule: 'the digits of the account id' })
    const place = checkId(region, 'region', { pattern: /^[a-z0-9-]{1,40}$/, rule: 'a region such as cn-hangzhou' })
    return `https://${account}.${place}${checkFlag(internal, 'internal') ? '-internal' : ''}.fc.aliyuncs.com`
  })
}
