/** The credential that fetches its token from an identity domain. */
import { type Credential, enterpriseScheduler, oauth2ClientCredentials } from 'allstop'
import { expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'
import { expectRefusedAtOnce } from '../../support/refused-at-once.js'

test('oauth2ClientCredentials asks as RFC 6749 has it', async () => {
  await using server = await startRecorder(() => ({
    body: { access_token: 'token-1', expires_in: 3600, token_type: 'Bearer' },
  }))
  const auth = oauth2ClientCredentials({
    tokenUrl: `${server.url}/t`,
    clientId: 'i d',
    clientSecret: 'p:w+é',
    scope: 'urn:a b',
  })
  await enterpriseScheduler({ baseUrl: server.url, auth }).stop({ requestId: 1 })
  const [token, stop] = server.requests
  expect([token?.method, token?.path, token?.body]).toEqual([
    'POST',
    '/t',
    'grant_type=client_credentials&scope=urn%3Aa+b',
  ])
  const basic = Buffer.from((token?.headers['authorization'] ?? '').replace('Basic ', ''), 'base64').toString()
  expect(basic).toBe('i+d:p%3Aw%2B%C3%A9')
  expect(stop?.headers['authorization']).toBe('Bearer token-1')
})

test.each<[string, () => Credential]>([['options.scopes', () => oauth2ClientCredentials({ scopes: 'x' } as never)]])(
  'a wrong %s is refused when the credential is made',
  (field, make) => {
    expectRefusedAtOnce(field, make)
  },
)
