/** Options of connections that would have no effect, or are none, are refused by name before anything is sent. */
import { iamPassword, isStopError, oauth2ClientCredentials } from 'allstop'
import { expect, test } from 'vitest'
import { checkConnectionOptions } from '../../src/core/http/connection-options.js'
import { Connections } from '../../src/core/http/connections.js'
import none from '../../src/core/http/no-undici.js'
import { complete, exportOf, loadUndici } from '../../src/core/http/undici.js'
import { startAttemptSignal } from '../../src/core/time/attempt-signal.js'
import { startRecorder } from '../support/recorder.js'
import { variants } from '../systems/index.js'

const dispatcher = { dispatch: () => true }
const fetch = async () => new Response()
const noEffect = 'has no effect with a fetch of your own'
const noEffectEither = 'has no effect with a dispatcher of your own'
const secret = 'secret-0123456789'

const factories: [name: string, make: (options: object) => unknown, has: 'connections' | ''][] = [
  ...variants.map(({ name, make }): (typeof factories)[number] => [
    name,
    (options) => make({ baseUrl: 'https://127.0.0.1:9', ...options }),
    'connections',
  ]),
  [
    'oauth2ClientCredentials',
    (options) =>
      oauth2ClientCredentials({
        tokenUrl: 'https://127.0.0.1:9',
        clientId: 'c',
        clientSecret: secret,
        scope: 's',
        ...options,
      }),
    '',
  ],
  [
    'iamPassword',
    (options) =>
      iamPassword({
        ...{ iamUrl: 'https://127.0.0.1:9', domain: 'd', username: 'u', password: secret, project: { name: 'p' } },
        ...options,
      }),
    '',
  ],
]

test.each(factories)('%s', (_, make, has) => {
  const refused: [options: object, field: string, rule: string][] = [
    [{ fetch, proxy: 'env' }, 'proxy', noEffect],
    [{ fetch, tls: {} }, 'tls', noEffect],
    [{ fetch, dispatcher }, 'dispatcher', noEffect],
    [{ dispatcher, proxy: 'env' }, 'proxy', noEffectEither],
    [{ dispatcher, tls: {} }, 'tls', noEffectEither],
    [{ proxy: 'http://user:secret-x@proxy' }, 'proxy', 'must be'],
    [{ proxy: true }, 'proxy', 'must be'],
    [{ tls: { secure: 'secret-x' } }, 'tls.secure', ''],
    [{ dispatcher: {} }, 'dispatcher', 'must be a dispatcher of undici'],
    [{ dispatcher: null }, 'dispatcher', 'must be a dispatcher of undici'],
    [{ dispatcher: 'secret-x' }, 'dispatcher', 'must be a dispatcher of undici'],
    [{ agent: dispatcher }, 'options.agent', ''],
  ]
  const ofSystems: typeof refused = [
    [{ fetch, connections: 8 }, 'connections', noEffect],
    [{ dispatcher, connections: 8 }, 'connections', noEffectEither],
    [{ connections: 0 }, 'connections', 'must be'],
    [{ connections: 1.5 }, 'connections', 'must be'],
    [{ connections: '8' }, 'connections', 'must be'],
    [{ connections: Number.POSITIVE_INFINITY }, 'connections', 'must be'],
  ]
  for (const [options, field, rule] of [...refused, ...(has === '' ? [] : ofSystems)]) {
    let error: unknown = new Error(`taken: ${JSON.stringify(options)}`)
    try {
      make(options)
    } catch (thrown) {
      error = thrown
    }
    if (!isStopError(error)) throw error
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
    expect(error.message).toContain(`${field}: ${rule}`)
    expect(error.message).not.toContain('secret-x')
  }
  for (const options of [{ proxy: 'env' }, { tls: {} }, { dispatcher }, { fetch }]) expect(make(options)).toBeDefined()
})

test.each(factories.filter(([, , has]) => has === ''))('%s has no `connections`', (_, make) => {
  expect(() => make({ connections: 8 })).toThrow(/connections/)
})

test('a runtime without undici sends by its fetch, and refuses what only undici has', async () => {
  const undici = await loadUndici()
  if (undici === undefined) throw new Error('Node.js has it')
  expect(complete({ ...undici, Pool: none })).toBeUndefined()
  await using server = await startRecorder(() => ({ status: 202, body: { a: 1 } }))
  const rules = { most: 1, reset: false }
  const over = (options: object) =>
    new Connections(server.url, checkConnectionOptions(options as never), rules, async () => undefined)
  const attempt = startAttemptSignal(5_000, [])
  const carry = await over({}).carry()
  const answer = await carry({ method: 'GET', url: new URL(server.url), headers: {}, body: '' }, attempt, () => {})
  expect([answer()?.status, await answer()?.text(), server.requests.length]).toEqual([202, '{"a":1}', 1])
  // As fetch has it.
  expect(server.requests[0]?.headers['sec-fetch-mode']).toBe('cors')
  for (const name of ['proxy', 'tls']) {
    const connections = over({ [name]: name === 'proxy' ? 'env' : {} })
    await expect(connections.carry()).rejects.toThrow(`${name}: this runtime has no undici; give a fetch of your own`)
    // Nothing is kept of what failed.
    await expect(connections.carry()).rejects.toThrow(name)
  }
  attempt.close()
})

test('a file of undici that a bundle cannot load is none: fetch sends then', async () => {
  expect(await exportOf(Promise.reject(new Error('Dynamic require of "node:buffer" is not supported')))).toBeUndefined()
  expect(await exportOf(Promise.resolve({ default: 1 }))).toBe(1)
})
