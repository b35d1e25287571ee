/** Hooks that sign: what they are given, and what they cannot change. */
import { inspect } from 'node:util'
import { bearer, entra, onEvent, restate, serviceFabric, signed } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

describe('a credential that fails', () => {
  const token = 'TOKENsecret998877'
  const failing = () => {
    throw new Error(`refresh of ${token} failed`)
  }
  /** Gives something once, and then throws. */
  const once = <T>(value: T) => {
    let given = 0
    return (): T => (given++ === 0 ? value : failing())
  }

  test.each([
    ['bearer', bearer(once(token))],
    ['signed', signed(once({ 'x-own': token }))],
    ['entra', entra({ getToken: async () => once2({ token, expiresOnTimestamp: 0 }) }, 'scope')],
  ] as const)('names no secret that %s gave before', async (_, auth) => {
    await using server = await startRecorder(() => ({ status: 503 }))
    const events: unknown[] = []
    const ends = [
      onEvent('allstop:read', (event) => events.push(event)),
      onEvent('allstop:attempt', (event) => events.push(event)),
    ]
    const error = await serviceFabric({ baseUrl: server.url, auth })
      .read({ applicationId: ids.application })
      .catch((thrown: unknown) => thrown)
    for (const end of ends) end()
    expect(error).toMatchObject({ code: 'unauthenticated' })
    for (const shown of [inspect(error, { depth: 10 }), JSON.stringify(error), inspect(events, { depth: 20 })]) {
      expect(shown).not.toContain(token)
      expect(shown).toContain('refresh of [hidden] failed')
    }
  })

  test('names no token of a try before the last one, nor of another call', async () => {
    await using server = await startRecorder(() => ({ status: 503 }))
    const tokens: string[] = []
    const auth = bearer(() => {
      if (tokens.length === 3) throw new Error(`all of ${tokens.join(' ')}`)
      tokens.push(`t0ken-of-try-${tokens.length}-${'x'.repeat(8)}`)
      return tokens.at(-1) as string
    })
    const retry = { attempts: 4, minDelayMs: 1, maxDelayMs: 2 }
    const error = await restate({ baseUrl: server.url, auth, retry })
      .read({ invocationId: ids.restate })
      .catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error)).toContain('all of [hidden] [hidden] [hidden]')
    const fetch = async () => {
      throw new TypeError(`proxy refused ${tokens[0]}`)
    }
    const other = restate({ baseUrl: server.url, auth, retry: false, fetch }).read({ invocationId: ids.restate })
    expect(JSON.stringify(await other.catch((thrown: unknown) => thrown))).not.toContain(tokens[0])
  })

  test('forgets what it gave long ago, and no more than that', async () => {
    await using server = await startRecorder(() => ({ status: 503 }))
    let given = 0
    const auth = bearer(() => {
      given += 1
      if (given > 150) throw new Error('no token-number-150-end any more')
      return `token-number-${given}-end`
    })
    const system = restate({ baseUrl: server.url, auth, retry: false })
    for (let call = 0; call < 150; call += 1) await system.read({ invocationId: ids.restate }).catch(() => {})
    const error = await system.read({ invocationId: ids.restate }).catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error)).toContain('no [hidden] any more')
  })

  test('is of no meaning for the work, also where it is an error of another system', async () => {
    await using inner = await startRecorder(() => ({ status: 400, body: { message: `bad ${token}` } }))
    const vault = restate({ baseUrl: inner.url })
    let given = 0
    const auth = bearer(async () => {
      if (given++ > 0) await vault.read({ invocationId: ids.restate })
      return token
    })
    const system = restate({
      baseUrl: 'http://127.0.0.1:9',
      fetch: async () => new Response('{}', { status: 503 }),
      auth,
    })
    await system.read({ invocationId: ids.restate }, { retry: false }).catch(() => {})
    const error = await system.read({ invocationId: ids.restate }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unauthenticated' })
    expect(error).not.toHaveProperty('httpStatus')
    expect(`${inspect(error, { depth: 10 })} ${JSON.stringify(error)}`).not.toContain(token)
  })

  let gave = 0
  const once2 = <T>(value: T): T => (gave++ === 0 ? value : failing())
})

describe('a hook', () => {
  const target = { invocationId: ids.restate }

  test('gets a copy: what it does to the request changes nothing', async () => {
    await using elsewhere = await startRecorder()
    await using server = await startRecorder(() => ({ status: 202 }))
    const auth = signed((request) => {
      const { url, headers } = request
      url.search = ''
      url.port = new URL(elsewhere.url).port
      url.pathname = '/invocations/other/kill'
      Object.assign(headers, { 'x-added': '1' })
      Object.assign(request, { method: 'PATCH', body: 'x' })
      return { authorization: 'Own s1gnature' }
    })
    await restate({ baseUrl: server.url, auth, api: 'delete', retry: false }).stop(target)
    expect(elsewhere.requests).toEqual([])
    expect(server.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/invocations/${ids.restate}?mode=Cancel`,
      body: '',
    })
    expect(server.requests.at(-1)?.headers).not.toHaveProperty('x-added')
  })

  test.each([
    ['host', 'elsewhere.example'],
    ['content-length', '3'],
    ['transfer-encoding', 'chunked'],
    ['content-type', 'text/plain'],
    ['x-http-method-override', 'DELETE'],
    ['X-HTTP-Method', 'DELETE'],
    ['x-method-override', 'DELETE'],
    ['connection', 'close'],
    ['expect', '100-continue'],
    ['x-original-url', '/invocations/other/kill'],
    ['x-rewrite-url', '/other'],
    ['x-forwarded-host', 'elsewhere.example'],
    ['forwarded', 'host=elsewhere.example'],
    ['if-match', '*'],
    ['range', 'bytes=0-1'],
  ])('cannot change the request by %s', async (name, value) => {
    await using server = await startRecorder()
    const system = restate({ baseUrl: server.url, auth: signed(() => ({ [name]: value })), api: 'patch' })
    await expect(system.stop(target)).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(server.requests).toEqual([])
  })

  test.each(['x-a\r\nx-evil', '', 'x a', 'é'])('gives no name that is none: %j', async (name) => {
    await using server = await startRecorder()
    const system = restate({ baseUrl: server.url, auth: signed(() => ({ [name]: 'v4lue' })), api: 'patch' })
    const error = await system.stop(target, { mode: 'force' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
    expect(server.requests).toEqual([])
  })

  test('takes the place of nothing that the operation says, such as the cluster that is meant', async () => {
    await using server = await startRecorder()
    const auth = signed(() => ({ ClusterId: 'CLUSTER-B' }))
    const system = serviceFabric({ baseUrl: server.url, clusterId: 'CLUSTER-A', auth })
    const error = await system.stop({ applicationId: 'a' }, { mode: 'force' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(server.requests).toEqual([])
  })

  test('may give what looks like Basic and is not', async () => {
    await using server = await startRecorder(({ headers }) => ({
      status: 403,
      body: { message: headers['authorization'] },
    }))
    const system = restate({ baseUrl: server.url, auth: signed(() => ({ authorization: 'Basic #not-base64#' })) })
    const error = await system.read(target).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'permission_denied', providerMessage: '[hidden]' })
  })

  test('may give back what was there before, as signers do, and Headers', async () => {
    await using server = await startRecorder()
    const auth = signed(
      ({ url, headers }) => new Headers({ ...headers, host: url.host, 'x-own': 's1gnature' }) as never,
    )
    expect(await restate({ baseUrl: server.url, auth }).read(target)).toMatchObject({ phase: 'running' })
    expect(server.requests[0]?.headers).toMatchObject({ 'x-own': 's1gnature', 'content-type': 'application/json' })
  })

  test.each([undefined, null, 'x', 5, { 'x-own': 'a\nb' }, { 'x-own': 5 }])(
    'that gives %j is refused',
    async (value) => {
      await using server = await startRecorder()
      const system = restate({ baseUrl: server.url, auth: signed(() => value as never), api: 'patch' })
      await expect(system.stop(target)).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
      expect(server.requests).toEqual([])
    },
  )
})
