import { checkGiven, fieldsOf } from '../../core/check/check.js'
import { checkHeaders } from '../../core/check/headers.js'
import { base64, type Credential, makeCredential } from '../../core/credential/credential.js'
import { tokenCache } from '../../core/credential/token-cache.js'
import {
  noToken,
  type TokenRequestOptions,
  tokenRequester,
  tokenRequestOptionNames,
} from '../../core/credential/token-request.js'
import { textField } from '../../core/http/json.js'
import { refuse } from '../../core/words/refusal.js'

/** The options of {@link oauth2ClientCredentials}: a confidential application of an identity domain. */
export interface OAuth2Options extends TokenRequestOptions {
  /** The token endpoint: `https://idcs-....identity.oraclecloud.com/oauth2/v1/token`. */
  readonly tokenUrl: string | URL
  readonly clientId: string
  readonly clientSecret: string
  /** The scope of the token, such as `urn:opc:resource:fusion:<POD>:<product>/`. */
  readonly scope: string
}

/** A token is renewed one minute before it expires. Without `expires_in` it is kept for five minutes. */
const refreshBeforeMs = 60_000
const keepMs = 300_000

/**
 * A bearer token from the client credentials grant (RFC 6749, section 4.4), with Basic client authentication (section
 * 2.3.1). The token is requested at the first use, shared by all calls, and renewed before it expires.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function oauth2ClientCredentials(options: OAuth2Options): Credential<'oauth2'> {
  const making = { scheme: 'oauth2', called: 'oauth2ClientCredentials', entry: oauth2ClientCredentials } as const
  return makeCredential(making, () => {
    const names = [...tokenRequestOptionNames, 'tokenUrl', 'clientId', 'clientSecret', 'scope']
    const given = fieldsOf(options, 'options', names) as unknown as OAuth2Options
    const { tokenUrl, clientId, clientSecret, scope, clock } = given
    for (const [name, value] of Object.entries({ clientId, clientSecret, scope })) {
      checkGiven(value, `auth.${name}`)
      if (typeof value !== 'string' || value === '') refuse(`auth.${name}`, 'must be a text that is not empty')
    }
    const { ask, place } = tokenRequester(making, tokenUrl, 'tokenUrl', given)
    // The RFC requires both parts to be form-encoded before they are joined.
    const login = [clientId, clientSecret].map((part) => new URLSearchParams({ v: part }).toString().slice(2)).join(':')
    const headers = {
      authorization: `Basic ${base64(login)}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    }
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope }).toString()
    const cache = tokenCache({
      refreshBeforeMs,
      keepMs,
      clock,
      fetchToken: async (abandoned, now) => {
        const answer = await ask(headers, body, [clientSecret], abandoned)
        const token = textField(answer.body, 'access_token')
        if (token === undefined) throw noToken(making, place)
        const seconds = Number(textField(answer.body, 'expires_in'))
        return { token, expiresAt: seconds > 0 ? new Date(now() + seconds * 1000) : undefined }
      },
    })
    return {
      asks: place,
      authorize: async ({ signal }, alsoHide, now) => {
        alsoHide?.(clientSecret)
        return checkHeaders({ authorization: `Bearer ${await cache.get(signal, now)}` }, 'auth')
      },
      refused: (sent) => cache.drop(sent['authorization']?.slice('Bearer '.length)),
    }
  })
}
