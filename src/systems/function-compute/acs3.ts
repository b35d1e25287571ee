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
import { refuse } from '../../core/words/refusal.js'

/** An access key of Alibaba Cloud. */
export interface AlibabaKeys {
  readonly accessKeyId: string
  /** The secret. It signs requests and is never sent. */
  readonly accessKeySecret: string
  /** The STS token of a temporary key. @default none: the key is permanent */
  readonly securityToken?: string | undefined
}

/** Options for tests. */
export interface Acs3Options {
  /** The time of the signature. @default the system's clock */
  readonly clock?: () => Date
  /** Returns a new nonce for each signature. @default a random UUID without hyphens */
  readonly nonce?: () => string
}

/** The headers of the scheme. The secrets in them, the keys, the token and the signature, are told. */
const plain = [
  'authorization',
  'x-acs-accesskey-id',
  'x-acs-security-token',
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
]

/**
 * Signs requests with an access key (ACS3-HMAC-SHA256), for Function Compute 2.0 and 3.0.
 * @param keys the key, or a function that is called before every try and returns the key
 * @throws StopError `invalid_argument` when a key or an option is wrong
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function acs3(keys: KeySource<AlibabaKeys>, options: Acs3Options = {}): Credential<'acs3'> {
  return makeCredential({ scheme: 'acs3', called: 'acs3', entry: acs3 }, () => {
    const fields = fieldsOf(options, 'options', ['clock', 'nonce'])
    for (const [name, value] of Object.entries(fields)) checkFunction(value, name)
    const { clock, nonce = () => crypto.randomUUID().replaceAll('-', '') } = fields as Acs3Options
    const keysNow = keysOf(keys, ['accessKeyId', 'accessKeySecret'], ['securityToken'])
    return {
      plain,
      authorize: async (request, alsoHide, time = Date.now) => {
        const now = await keysNow(request)
        alsoHide?.(
          now.accessKeySecret,
          now.accessKeyId,
          ...(now.securityToken === undefined ? [] : [now.securityToken]),
        )
        const { action, version } = actionOf(request)
        const context = { action, version, now: clock?.() ?? new Date(time()), nonce: nonce() }
        const headers = await signAcs3(request, now, context)
        alsoHide?.(signatureIn(headers))
        return headers
      },
    }
  })
}

/** What a signature contains in addition to the request. */
export interface Acs3Context {
  /** The operation's name, such as `StopAsyncTask`. */
  readonly action: string
  /** The version of the API, such as `2023-03-30`. */
  readonly version: string
  readonly now: Date
  readonly nonce: string
}

/** Signs a request. Returns the headers to add, including `authorization`. A pure function. */
export async function signAcs3(
  request: Signable,
  { accessKeyId, accessKeySecret, securityToken }: AlibabaKeys,
  { action, version, now, nonce }: Acs3Context,
): Promise<Record<string, string>> {
  // Every x-acs-* header is signed, also those of the caller. The X-Fc-* headers of 2.0 are not.
  const theirs = Object.entries(request.headers).filter(([name]) => name.startsWith('x-acs-'))
  const bodyHash = await sha256Hex(request.body)
  const ours = {
    'x-acs-action': action,
    'x-acs-version': version,
    // 2026-01-02T03:04:05Z
    'x-acs-date': `${now.toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': nonce,
    'x-acs-content-sha256': bodyHash,
    ...(securityToken === undefined
      ? {}
      : { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }),
  }
  const added = merged(Object.fromEntries(theirs), ours)
  const { text, names } = canonicalRequest(request, canonicalPath(request.url.pathname), added, bodyHash)
  const signature = await hmacSha256Hex(accessKeySecret, `ACS3-HMAC-SHA256\n${await sha256Hex(text)}`)
  return merged(added, {
    authorization: `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`,
  })
}

/** Method and path, from the version on, of the operations in specs/function-compute.yaml. */
const actions: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['PUT', /^\/services\/[^/]+\/functions\/[^/]+\/stateful-async-invocations\/[^/]+$/, 'StopStatefulAsyncInvocation'],
  ['GET', /^\/services\/[^/]+\/functions\/[^/]+\/stateful-async-invocations\/[^/]+$/, 'GetStatefulAsyncInvocation'],
  ['GET', /^\/services\/[^/]+\/functions\/[^/]+\/stateful-async-invocations$/, 'ListStatefulAsyncInvocations'],
  ['PUT', /^\/functions\/[^/]+\/async-tasks\/[^/]+\/stop$/, 'StopAsyncTask'],
  ['GET', /^\/functions\/[^/]+\/async-tasks\/[^/]+$/, 'GetAsyncTask'],
  ['GET', /^\/functions\/[^/]+\/async-tasks$/, 'ListAsyncTasks'],
]

/** The name and version of the operation, which the scheme requires in headers. The base URL may have a path prefix. */
export function actionOf({ method, url }: Pick<Signable, 'method' | 'url'>): {
  action: string
  version: string
} {
  const [, version, path] = /\/(2021-04-06|2023-03-30)(\/.*)$/.exec(url.pathname) ?? []
  const action = actions.find(([verb, pattern]) => verb === method && path !== undefined && pattern.test(path))?.[2]
  if (version === undefined || action === undefined) refuse('auth', 'acs3() signs only operations of Function Compute')
  return { action, version }
}
