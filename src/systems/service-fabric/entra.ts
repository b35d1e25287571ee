import { checkGiven } from '../../core/check/check.js'
import { checkHeaders } from '../../core/check/headers.js'
import { type Credential, makeCredential } from '../../core/credential/credential.js'
import { Refusal, refuse } from '../../core/words/refusal.js'

/** An object that returns tokens, like the credentials of `@azure/identity`. Those cache and renew tokens themselves. */
export interface TokenGiver {
  getToken(
    scopes: string | string[],
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string } | null>
}

/**
 * A bearer token of Entra ID.
 * @param credential such as `new DefaultAzureCredential()` of `@azure/identity`
 * @param scopes `{cluster application id}/.default`; `GET /$/GetAadMetadata?api-version=6.0` returns the id
 * @throws StopError `invalid_argument` when an argument is wrong
 */
export function entra(credential: TokenGiver, scopes: string | readonly string[]): Credential<'entra'> {
  return makeCredential({ scheme: 'entra', called: 'entra', entry: entra }, () => {
    if (typeof credential?.getToken !== 'function') refuse('auth', 'entra() takes an object with getToken(scopes)')
    checkGiven(scopes, 'auth.scopes')
    const wanted = typeof scopes === 'string' ? scopes : [...scopes]
    if (wanted.length === 0) refuse('auth.scopes', 'must name at least one scope')
    return async ({ signal }) => {
      const given = await credential.getToken(wanted, { abortSignal: signal })
      // A missing token must not become "Bearer undefined".
      if (typeof given?.token !== 'string' || given.token === '') {
        throw new Refusal('auth: the credential returned no token', 'unauthenticated')
      }
      return checkHeaders({ authorization: `Bearer ${given.token}` }, 'auth')
    }
  })
}
