import { checkGiven, fieldsOf } from '../../core/check/check.js'
import { checkHeaders } from '../../core/check/headers.js'
import { type Credential, makeCredential } from '../../core/credential/credential.js'
import { tokenCache } from '../../core/credential/token-cache.js'
import {
  noToken,
  type TokenRequestOptions,
  tokenRequester,
  tokenRequestOptionNames,
} from '../../core/credential/token-request.js'
import { refuse } from '../../core/words/refusal.js'
import { timeOf } from '../../core/words/state.js'

/** The options of {@link iamPassword}: a user of Huawei Cloud's IAM. */
export interface IamPasswordOptions extends TokenRequestOptions {
  /** The address of IAM: `https://iam.{region}.myhuaweicloud.com`. */
  readonly iamUrl: string | URL
  /** The account (IAM calls it the domain) that the user belongs to. */
  readonly domain: string
  readonly username: string
  readonly password: string
  /** The project of the region, by name (`cn-north-4`) or by id. */
  readonly project: { readonly name: string } | { readonly id: string }
}

/** A token is valid for 24 hours. It is renewed ten minutes before it expires. */
const refreshBeforeMs = 600_000
const keepMs = 23 * 3_600_000

/**
 * An IAM token for a user and password, sent in `X-Auth-Token`. The token is requested at the first use, shared by all
 * calls, renewed before it expires, and dropped when the system refuses it.
 * @throws StopError `invalid_argument` when an option is wrong
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
 */
export function iamPassword(options: IamPasswordOptions): Credential<'iam-password'> {
  const making = { scheme: 'iam-password', called: 'iamPassword', entry: iamPassword } as const
  return makeCredential(making, () => {
    const names = [...tokenRequestOptionNames, 'iamUrl', 'domain', 'username', 'password', 'project']
    const given = fieldsOf(options, 'options', names) as unknown as IamPasswordOptions
    const { iamUrl, domain, username, password, clock } = given
    for (const [name, value] of Object.entries({ domain, username, password })) {
      checkGiven(value, `auth.${name}`)
      if (typeof value !== 'string' || value === '') refuse(`auth.${name}`, 'must be a text that is not empty')
    }
    const project = fieldsOf(given.project, 'auth.project')
    const scope = 'id' in project ? { id: project['id'] } : { name: project['name'] }
    // JSON omits undefined values, so the token would be requested with an empty scope.
    for (const [name, value] of Object.entries(scope)) checkGiven(value, `auth.project.${name}`)
    if (Object.values(scope).some((text) => typeof text !== 'string' || text === '')) {
      refuse('auth.project', 'must hold a name or an id that is not empty')
    }
    checkGiven(iamUrl, 'iamUrl')
    if (/[?#]/.test(String(iamUrl))) refuse('iamUrl', 'must have no query and no fragment')
    const base = String(iamUrl).replace(/\/+$/, '')
    const { ask, place } = tokenRequester(making, `${base}/v3/auth/tokens?nocatalog=true`, 'iamUrl', given)
    const user = { name: username, password, domain: { name: domain } }
    const body = JSON.stringify({
      auth: { identity: { methods: ['password'], password: { user } }, scope: { project: scope } },
    })
    const cache = tokenCache({
      refreshBeforeMs,
      keepMs,
      clock,
      fetchToken: async (abandoned) => {
        const headers = { 'content-type': 'application/json;charset=utf8' }
        const answer = await ask(headers, body, [password], abandoned)
        const token = answer.headers.get('x-subject-token')
        if (token === null || token === '') throw noToken(making, place)
        const { token: told } = (answer.body ?? {}) as { token?: { expires_at?: string } }
        return { token, expiresAt: timeOf(told?.expires_at) }
      },
    })
    return {
      asks: place,
      authorize: async ({ signal }, alsoHide, now) => {
        alsoHide?.(password)
        return checkHeaders({ 'x-auth-token': await cache.get(signal, now) }, 'auth')
      },
      refused: (headers) => cache.drop(headers['x-auth-token']),
    }
  })
}
