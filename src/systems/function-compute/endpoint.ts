import { checkFlag, checkId, fieldsOf, type IdRule } from '../../core/check/check.js'
import { guarded } from '../../core/words/identity.js'

/** The id of an account. */
export const accountIdRule: IdRule = { pattern: /^\d{1,20}$/, rule: 'the digits of the account id' }

/** The options of {@link functionComputeUrl}: an account in a region. */
export interface FunctionComputeEndpoint {
  /** The id of the account, its digits. */
  readonly accountId: string
  /** The region, such as `cn-hangzhou`. */
  readonly region: string
  /** Use the internal address, which is reachable only from inside the region. @default false */
  readonly internal?: boolean | undefined
}

/**
 * The base URL of an account in a region, the same for 2.0 and 3.0: `https://{accountId}.{region}.fc.aliyuncs.com`.
 * @throws StopError `invalid_argument` when a field is wrong
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/endpoints
 */
export function functionComputeUrl(endpoint: FunctionComputeEndpoint): string {
  const caller = { system: 'function-compute', kind: 'function-compute', called: 'functionComputeUrl' }
  return guarded(caller, functionComputeUrl, () => {
    const fields = fieldsOf(endpoint, 'endpoint', ['accountId', 'region', 'internal'])
    const account = checkId(fields['accountId'], 'accountId', accountIdRule)
    const place = checkId(fields['region'], 'region', {
      pattern: /^[a-z0-9-]{1,40}$/,
      rule: 'a region such as cn-hangzhou',
    })
    return `https://${account}.${place}${checkFlag(fields['internal'], 'internal') ? '-internal' : ''}.fc.aliyuncs.com`
  })
}
