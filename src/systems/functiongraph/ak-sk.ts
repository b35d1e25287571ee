import { checkFunction, fieldsOf } from '../../core/check.js'
import { type Credential, makeCredential } from '../../core/credential.js'
import { canonicalPath, canonicalRequest, hmacSha256Hex, type Signable } from '../../core/digest.js'
import { type KeySource, keysOf } from '../../core/keys.js'

/** An access key of Huawei Cloud. */
export interface HuaweiKeys {
  /** The access key id (AK). */
  readonly accessKeyId: string
  /** The secret access key (SK). It signs, and is never sent. */
  readonly secretAccessKey: string
  /** The token that belongs to a temporary key. @default none: the key is a permanent one */
  readonly securityToken?: string | undefined
  /** The project, sent as `X-Project-Id`. Only needed where the key has several. @default none */
  readonly projectId?: string | undefined
}

/**
 * Requests signed with an access key, SDK-HMAC-SHA256. A wrong signature is not worth repeating: more than five in a row
 * lock the key for five minutes. The clock here may be 15 minutes off at the most.
 * @param keys the key, or a function that gives one before each request
 * @param options `clock` replaces the system's clock, for tests
 * @see https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
 */
export function akSk(keys: KeySource<HuaweiKeys>, options: { readonly clock?: () => Date } = {}): Credential<'ak-sk'> {
  return makeCredential({ scheme: 'ak-sk', called: 'akSk', entry: akSk }, () => {
    const given: typeof options = fieldsOf(options, 'options', ['clock'])
    const { clock } = given
    checkFunction(clock, 'clock')
    const keysNow = keysOf(keys, ['accessKeyId', 'secretAccessKey'], ['securityToken', 'projectId'])
    return {
      plain: ['x-sdk-date', 'x-project-id'],
      authorize: async (request, alsoHide, time = Date.now) => {
        const now = await keysNow(request)
        alsoHide?.(now.secretAccessKey)
        return signSdkHmac(request, now, clock?.() ?? new Date(time()))
      },
    }
  })
}

/** Signs a request: the headers to add, `Authorization` among them. A pure function of what it is given. */
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
  // The canonical path ends with a slash, also where the path of the request does not.
  const path = canonicalPath(request.url.pathname).replace(/\/?$/, '/')
  const { hash, names } = await canonicalRequest(request, path, added)
  const toSign = ['SDK-HMAC-SHA256', date, hash].join('\n')
  const signature = await hmacSha256Hex(secretAccessKey, toSign)
  return {
    ...added,
    authorization: `SDK-HMAC-SHA256 Access=${accessKeyId}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
