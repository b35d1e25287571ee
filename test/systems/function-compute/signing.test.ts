/** The signer against the vendor's worked example and against what the vendor's own signer made. */
import { describe, expect, test } from 'vitest'
import { actionOf, signAcs3 } from '../../../src/systems/function-compute/acs3.js'
import { dateOf, vectors, withQuery } from '../../support/vectors.js'

describe('ACS3-HMAC-SHA256', () => {
  test.each(vectors.acs3)('$name', async (vector) => {
    const { headers } = vector
    const url = withQuery(`https://${headers.host}${vector.path}`, vector.query)
    // The name of the operation is found by method and path.
    const operation = actionOf({ method: vector.method, url })
    expect(operation).toEqual({ action: headers['x-acs-action'], version: headers['x-acs-version'] })
    const signed = await signAcs3(
      { method: vector.method, url, headers: {}, body: '' },
      {
        accessKeyId: vector.accessKeyId,
        accessKeySecret: vector.accessKeySecret,
        securityToken: vector.securityToken ?? undefined,
      },
      { ...operation, now: dateOf(headers['x-acs-date']), nonce: headers['x-acs-signature-nonce'] },
    )
    const { authorization, ...others } = signed
    expect(authorization).toBe(vector.authorization)
    const { host: _, ...expected } = headers
    expect(others).toEqual(expected)
  })

  test('the worked example of the guide', async () => {
    const { input, signature } = vectors.publishedDocExamples.acs3
    const { authorization } = await signAcs3(
      {
        method: input.method,
        url: new URL(`https://${input.host}${input.path}?${input.query}`),
        headers: {},
        body: '',
      },
      { accessKeyId: input.ak, accessKeySecret: input.sk },
      { action: input.action, version: input.version, now: dateOf(input.date), nonce: input.nonce },
    )
    expect(authorization).toContain(`Signature=${signature}`)
  })

  test('a path prefix is no hindrance, and another operation is refused', () => {
    const stop = new URL('https://proxy.example/fc/2023-03-30/functions/f/async-tasks/t/stop')
    expect(actionOf({ method: 'PUT', url: stop })).toEqual({ action: 'StopAsyncTask', version: '2023-03-30' })
    const other = new URL('https://proxy.example/2023-03-30/functions/f')
    expect(() => actionOf({ method: 'DELETE', url: other })).toThrow('acs3() signs only operations')
  })
})
