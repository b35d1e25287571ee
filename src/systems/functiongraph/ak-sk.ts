import { checkFunction, fieldsOf } from '../../core/check/check.js'
import { type Credential, makeCredential } from '../../core/credential/credential.js'
import {
  canonicalPath,
  canonicalRequest,
  hmacSha256Hex,
  type Signable,
  sha256Hex,
  signatureIn,
} from '../../core/credential/digest.js'
import { type KeySource, keysOf } from '../../core/credential/keys.js'
import { merged } from '../../core/words/merged.js'

/** An access key of Huawei Cloud. */
export interface HuaweiKeys {
  /** The access key id (AK). */
  readonly accessKeyId: string
  /** The secret access key (SK). It signs requests and is never sent. */
  readonly secretAccessKey: string
  /** The token of a temporary key. @default none: the key is permanent */
  readonly securityToken?: string | undefined
  /** The project, sent as `X-Project-Id`. Needed only if the key has several projects. @default none */
  readonly projectId?: string | undefined
}

/**
 * Signs requests with an access key (SDK-HMAC-SHA256). Do not repeat a request with a wrong signature: more than five in a
 * row lock the key for five minutes. The clock of this machine may be at most 15 minutes off.
 * @param keys the key, or a function that is called before every try and returns the key
 * @param options `clock` replaces the system's clock, for tests
 * @throws StopError `invalid_argument` when a key or an option is wrong
 * @see https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
 */
export function akSk(keys: KeySource<HuaweiKeys>, options: { readonly clock?: () => Date } = {}): Credential<'ak-sk'> {
  return makeCredential({ scheme: 'ak-sk', called: 'akSk', entry: akSk }, () => {
    const given: typeof options = fieldsOf(options, 'options', ['clock'])
    const { clock } = given
    checkFunction(clock, 'clock')
    const keysNow = keysOf(keys, ['accessKeyId', 'secretAccessKey'], ['securityToken', 'projectId'])
    return {
      // The secrets in them, the keys, the token and the signature, are told.
      plain: ['authorization', 'x-security-token', 'x-sdk-date', 'x-project-id'],
      authorize: async (request, alsoHide, time = Date.now) => {
        const now = await keysNow(request)
        alsoHide?.(
          now.secretAccessKey,
          now.accessKeyId,
          ...(now.securityToken === undefined ? [] : [now.securityToken]),
        )
        const headers = await signSdkHmac(request, now, clock?.() ?? new Date(time()))
        alsoHide?.(signatureIn(headers))
        return headers
      },
    }
  })
}

/** Signs a request. Returns the headers to add, including `Authorization`. A pure function. */
export async function signSdkHmac(
  request: Signable,
  { accessKeyId, secretAccessKey, securityToken, projectId }: HuaweiKeys,
  now: Date,
): Promise<Record<string, string>> {
  // 20260102T030405Z
  const date = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const added = {
    'x-sdk-date': date,
    ...(projectId === undefined ? {} : { 'x-project-id': projectId }),
    ...(securityToken === undefined ? {} : { 'x-security-token': securityToken }),
  }
  // The canonical path ends with a slash, also if the path of the request does not.
  const given = canonicalPath(request.url.pathname)
  const path = given.endsWith('/') ? given : `${given}/`
  const { text, names } = canonicalRequest(request, path, added, await sha256Hex(request.body))
  const toSign = ['SDK-HMAC-SHA256', date, await sha256Hex(text)].join('\n')
  const signature = await hmacSha256Hex(secretAccessKey, toSign)
  return merged(added, {
    authorization: `SDK-HMAC-SHA256 Access=${accessKeyId}, SignedHeaders=${names}, Signature=${signature}`,
  })
}
