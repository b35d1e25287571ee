/**
 * No secret anywhere: every credential is driven through success, every failure, and a peer that echoes all it was sent;
 * neither the error nor the receipt nor anything that is printed may hold a secret.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basicForms, canary, expectNoSecret, holdPrinted, shown, situations } from '../support/canary.js'
import { outcomeOf } from '../support/outcome.js'
import { type Recorder, startRecorder } from '../support/recorder.js'
import { variants } from '../systems/index.js'

let tokens: Recorder
beforeAll(async () => {
  tokens = await startRecorder(() => ({
    status: 201,
    headers: { 'x-subject-token': `iam-${canary}` },
    body: { access_token: `oauth-${canary}`, expires_in: 3600 },
  }))
})
afterAll(() => tokens.close())
const printed = holdPrinted()

const shortly = { timeoutMs: 400, retry: { attempts: 2, minDelayMs: 1 } }
const wait = { deadlineMs: 300, poll: { minDelayMs: 20, maxDelayMs: 50 } }

const cases = variants.flatMap(({ name, make, target, fake, credentials }) =>
  Object.entries(credentials).map(([credential, authOf]) => {
    /** Everything that the system does, at once. */
    const act = (baseUrl: string): Promise<readonly unknown[]> => {
      const auth = authOf(canary, tokens.url)
      const system = make({ baseUrl, auth, ...shortly })
      const waiting = make({ baseUrl, auth, ...fake.options, ...shortly })
      const calls = [
        system.stop(target),
        system.read(target),
        waiting.stopAndWait(target, wait),
        system.purge?.(target),
      ]
      return Promise.all(calls.flatMap((call) => (call === undefined ? [] : [outcomeOf(call)])))
    }
    return { name: `${name} ${credential}`, act }
  }),
)

describe.each(cases)('$name', ({ act }) => {
  test.each(Object.entries(situations))('%s', async (_situation, reply) => {
    await using server = await startRecorder(reply)
    const results = await act(server.url)
    // The echo is worth something only if there was something to echo.
    expect(server.requests.length).toBeGreaterThan(0)
    for (const result of results) expectNoSecret(shown(result))
    expectNoSecret(printed())
  })

  test('nobody listens; TLS fails', async () => {
    const server = await startRecorder()
    await server.close()
    for (const result of await act(server.url)) expectNoSecret(shown(result))
    await using plain = await startRecorder()
    for (const result of await act(plain.url.replace('http:', 'https:'))) expectNoSecret(shown(result))
    expectNoSecret(printed())
  })
})

test('the check itself finds a secret', () => {
  expect(() => expectNoSecret(shown(new Error('x', { cause: new Error(canary) })))).toThrow()
  expect(() => expectNoSecret(shown({ a: { b: { c: `Basic ${basicForms[0]}` } } }))).toThrow()
})
