/** Which credential the environment means. */
import { fromEnv } from 'allstop'
import { expect, test } from 'vitest'

test('enterpriseScheduler takes OAuth 2 when its endpoint is set', () => {
  const env = { ESS_TOKEN_URL: 'https://idcs.example/oauth2/v1/token', ESS_CLIENT_ID: 'i', ESS_CLIENT_SECRET: 's' }
  expect(() => fromEnv.enterpriseScheduler(env)).toThrow('ESS_SCOPE')
  expect(fromEnv.enterpriseScheduler({ ...env, ESS_SCOPE: 'urn:x' }).scheme).toBe('oauth2')
})
