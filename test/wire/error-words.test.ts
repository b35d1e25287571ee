/** What an error says: which function of which system was called, what failed, where, and what to do. */

import { allstop, bearer, enterpriseScheduler, oauth2ClientCredentials, restate, StopError, signed } from 'allstop'
import { describe, expect, test } from 'vitest'
import { closedUrl, errorOf } from '../support/outcome.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }
const cancel = `PATCH /invocations/${ids.restate}/cancel`
const never = () => new Promise<Response>(() => {})
const json = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status })

describe('what was called, what failed, where', () => {
  const deadline = { deadlineMs: 400 }
  test.each([
    ['stop', 'GET /version', 'getVersion'],
    ['read', 'POST /query', 'query'],
    ['stopAndWait', 'GET /version', 'getVersion'],
    ['purge', 'GET /version', 'getVersion'],
  ] as const)('%s', async (called, asking, operation) => {
    const baseUrl = await closedUrl()
    const { orders } = allstop({ orders: restate({ baseUrl, retry: false }) }).systems
    const error = await errorOf(orders[called](target, deadline as never).catch(skipOption(called, orders)))
    const { host } = new URL(baseUrl)
    expect(error.message).toBe(`orders ${called}: connection refused at ${host}, while asking ${asking}`)
    expect(error).toMatchObject({ system: 'orders', operation, target })
  })

  /** Only the waits know a deadline. */
  function skipOption(called: 'stop' | 'read' | 'stopAndWait' | 'purge', system: ReturnType<typeof restate>) {
    return (thrown: unknown): Promise<unknown> => {
      if (called === 'stopAndWait') throw thrown
      return system[called](target)
    }
  }

  test('waitUntilEnded, which names the last look', async () => {
    const baseUrl = await closedUrl()
    const error = await errorOf(restate({ baseUrl }).waitUntilEnded(target, { deadlineMs: 200 }))
    const looked = `restate waitUntilEnded: connection refused at ${new URL(baseUrl).host}, while asking POST /query`
    expect(error.message).toContain(looked)
  })

  test('the port of the scheme is named too', async () => {
    const fetch = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: refused }))
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' })
    for (const [baseUrl, host] of [
      ['https://cluster.example', 'cluster.example:443'],
      ['http://cluster.example', 'cluster.example:80'],
      ['http://[::1]:8', '[::1]:8'],
    ] as const) {
      const error = await errorOf(
        restate({ baseUrl, fetch, retry: false, api: 'patch' }).stop(target, { mode: 'force' }),
      )
      expect(error.message).toContain(`connection refused at ${host}, while asking PATCH`)
    }
  })

  test('what the last try failed with, where the time ends in the pause after it', async () => {
    const baseUrl = await closedUrl()
    const retry = { minDelayMs: 10_000, maxDelayMs: 10_000 }
    const error = await errorOf(restate({ baseUrl, retry }).stopAndWait(target, { deadlineMs: 400 }))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(error.message).toContain('connection refused')
    const late = restate({ baseUrl: 'http://127.0.0.1:9', retry, fetch: json(503, { message: 'not yet' }) })
    expect((await errorOf(late.stopAndWait(target, { deadlineMs: 400 }))).message).toContain('HTTP 503, not yet')
  })

  test('an answer that is an error', async () => {
    const body = { message: 'no leader', restate_code: 'RT0001' }
    const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch: json(500, body) })
    const error = await errorOf(system.stop(target, { ifStopping: 'repeat' }))
    expect(error.message).toBe(`restate stop: unknown (HTTP 500, RT0001: no leader), while asking ${cancel}`)
  })

  test('the typed client, by its function', async () => {
    const baseUrl = await closedUrl()
    const { client } = restate({ baseUrl })
    const { host } = new URL(baseUrl)
    const at = `connection refused at ${host}, while asking GET /version`
    expect((await errorOf(client.GET('/version'))).message).toBe(`restate client.GET: ${at}`)
    expect((await errorOf(client.request('get', '/version'))).message).toBe(`restate client.request: ${at}`)
    const path = { invocation_id: '..' }
    const wrong = await errorOf(client.PATCH('/invocations/{invocation_id}/kill', { params: { path } }))
    expect(wrong.message).toContain('restate client.PATCH: invocation_id: must not be a dot segment')
    expect(wrong.operation).toBe('PATCH /invocations/{invocation_id}/kill')
    expect((await errorOf(client.GET('version' as never))).operation).toBe('client.GET')
    const late = await errorOf(restate({ baseUrl, timeoutMs: 30, fetch: never }).client.GET('/version'))
    expect(late.message).toBe(`restate client.GET: no answer within 30 ms from ${host}, while asking GET /version`)
    const signal = AbortSignal.timeout(20)
    const ended = await errorOf(restate({ baseUrl, fetch: never }).client.GET('/version', { signal }))
    expect(ended.message).toBe("restate client.GET: aborted by the caller's signal, while asking GET /version")
  })

  test('a time-out of the typed client belongs to the factory, and its error says so', async () => {
    const { client } = restate({ baseUrl: 'http://127.0.0.1:9' })
    const error = await errorOf(client.GET('/version', { timeoutMs: 5 } as never))
    expect(error.message).toMatch(
      /options\.timeoutMs: .*known are params, .*signal; timeoutMs is an option of the factory/,
    )
  })
})

describe('shared work', () => {
  test('the version question speaks for each under its own name', async () => {
    const baseUrl = await closedUrl()
    const system = restate({ baseUrl, retry: false })
    const { a, b } = allstop({ a: system, b: system }).systems
    const [first, second] = await Promise.all([errorOf(a.stop(target)), errorOf(b.purge(target))])
    const at = `connection refused at ${new URL(baseUrl).host}, while asking GET /version`
    expect([first.message, second.message]).toEqual([`a stop: ${at}`, `b purge: ${at}`])
    expect([first.system, second.system]).toEqual(['a', 'b'])
  })

  test('a token speaks for each under its own name', async () => {
    const tokenUrl = `${await closedUrl()}/token`
    const auth = oauth2ClientCredentials({ tokenUrl, clientId: 'c', clientSecret: 's3cret-s3cret', scope: 's' })
    const system = enterpriseScheduler({ baseUrl: 'http://127.0.0.1:9', auth, retry: false })
    const { a, b } = allstop({ a: system, b: system }).systems
    const [first, second] = await Promise.all([errorOf(a.stop({ requestId: 1 })), errorOf(b.read({ requestId: 2 }))])
    const at = `connection refused at ${new URL(tokenUrl).host}, while asking for a token`
    expect(first.message).toBe(`a stop: oauth2ClientCredentials: ${at}`)
    expect(second.message).toBe(`b read: oauth2ClientCredentials: ${at}`)
    expect([first.target, second.target]).toEqual([{ requestId: '1' }, { requestId: '2' }])
  })
})

test('a credential of no system stays one, in the name of each', async () => {
  const busy = { system: 'credential', kind: 'credential', operation: 'vault', attempts: 1, ambiguous: false }
  const auth = bearer(() => Promise.reject(new StopError('rate_limited', 'vault: busy', busy)))
  const system = restate({ baseUrl: 'http://127.0.0.1:9', auth, retry: false })
  const { a, b } = allstop({ a: system, b: system }).systems
  const [first, second] = await Promise.all([errorOf(a.stop(target)), errorOf(b.purge(target))])
  expect([first.message, second.message]).toEqual(['a stop: vault: busy', 'b purge: vault: busy'])
  for (const { system, kind, operation } of [first, second]) {
    expect([system, kind, operation]).toEqual(['credential', 'credential', 'vault'])
  }
})

describe('the step that took the time is named', () => {
  const baseUrl = 'http://127.0.0.1:9070'

  test('the version question', async () => {
    const system = restate({ baseUrl, fetch: never })
    const { orders, shop } = allstop({ orders: system, shop: system }).systems
    const [first, second, joining] = await Promise.all([
      errorOf(orders.stopAndWait(target, { deadlineMs: 40 })),
      errorOf(shop.purge(target, { timeoutMs: 40 })),
      // This one waits for the first.
      errorOf(shop.stop(target, { timeoutMs: 25 })),
    ])
    // On a busy machine some of the time is gone when the question is sent.
    const said = (error: StopError) => error.message.replace(/(?<=within )[1-4]?\d(?= ms)/, 'some')
    const version = 'no answer within some ms from 127.0.0.1:9070, while asking GET /version'
    expect(first).toMatchObject({ code: 'deadline_exceeded', attempts: 0 })
    expect([said(first), said(second)]).toEqual([`orders stopAndWait: ${version}`, `shop purge: ${version}`])
    expect(said(joining)).toBe(`shop stop: ${version}`)
  })

  test('a caller who gives up meanwhile', async () => {
    const signal = AbortSignal.timeout(20)
    const error = await errorOf(restate({ baseUrl, fetch: never }).stop(target, { signal }))
    expect(error.message).toBe("restate stop: aborted by the caller's signal, while asking GET /version")
  })

  test("a function of the caller's that signs", async () => {
    const auth = signed(() => new Promise<Record<string, string>>(() => {}))
    const error = await errorOf(restate({ baseUrl, auth, api: 'patch', retry: false }).read(target, { timeoutMs: 30 }))
    expect(error.message).toMatch(
      /no answer within \d+ ms from the function that `auth` was given, while asking for the headers/,
    )
  })

  test('time that is used up before the next request', async () => {
    const fetch = async () => {
      // Nothing else gets a turn meanwhile, no timer either.
      const until = performance.now() + 40
      while (performance.now() < until);
      return new Response('{"version":"1.7.12"}')
    }
    const error = await errorOf(restate({ baseUrl, fetch }).stop(target, { timeoutMs: 20, mode: 'force' }))
    const last = 'after waiting for 127.0.0.1:9070, while asking GET /version'
    expect(error.message).toBe(`restate stop: no time left of 20 ms ${last}`)
    expect(error).toMatchObject({ code: 'deadline_exceeded', operation: 'killInvocation', attempts: 0 })
  })
})

describe("what a fetch of the caller's throws", () => {
  const cause = Object.assign(new RangeError('the pool is empty'), { code: 'E_POOL' })

  test('is told, and its causes stand in the JSON', async () => {
    const fetch = () => Promise.reject(new TypeError('no proxy\n here', { cause }))
    const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch, retry: false })
    const error = await errorOf(system.stop(target, { ifStopping: 'repeat' }))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: true })
    const at = `at 127.0.0.1:9, while asking ${cancel}`
    expect(error.message).toBe(`restate stop: the request failed: TypeError: no proxy here ${at}`)
    expect(JSON.parse(JSON.stringify(error)).cause).toEqual({
      name: 'TypeError',
      message: 'no proxy here',
      cause: { name: 'RangeError', message: 'the pool is empty', code: 'E_POOL' },
    })
  })

  test('is what lies beneath, where fetch only says that it failed; secrets are hidden', async () => {
    const inner = Object.assign(new Error('odd s3cret-token'), { code: 'E_ODD' })
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: inner }))
    const auth = bearer('s3cret-token')
    const error = await errorOf(restate({ baseUrl: 'http://127.0.0.1:9', auth, fetch, retry: false }).read(target))
    expect(error.message).toContain('restate read: the request failed: Error: odd [hidden] (E_ODD) at 127.0.0.1:9')
  })
})

describe('what to do', () => {
  const baseUrl = 'http://127.0.0.1:9'

  test('no credential was given', async () => {
    const fetch = json(401, { message: 'no', restate_code: null })
    const error = await errorOf(restate({ baseUrl, fetch }).read(target))
    expect(error.message).toMatch(/, while asking POST \/query; no `auth` was given$/)
    const given = await errorOf(restate({ baseUrl, fetch, auth: bearer('token-1') }).read(target))
    expect(given.message).not.toContain('no `auth`')
  })

  test('no record', async () => {
    const missing = json(404, { message: 'none', restate_code: null })
    const system = restate({ baseUrl, fetch: missing, api: 'patch' })
    const hint = /; to accept a missing record, set ifMissing: 'accept'$/
    expect((await errorOf(system.stop(target, { mode: 'force' }))).message).toMatch(hint)
    expect((await errorOf(system.stopAndWait(target, { mode: 'force', deadlineMs: 500 }))).message).toMatch(hint)
    expect((await errorOf(system.purge(target))).message).toMatch(hint)
    const none = restate({ baseUrl, fetch: json(200, { rows: [] }) })
    expect((await errorOf(none.waitUntilEnded(target, { deadlineMs: 500 }))).message).toMatch(hint)
  })

  test('a token function that gave nothing', async () => {
    const token = () => process.env['ALLSTOP_NO_SUCH_VARIABLE'] as string
    const error = await errorOf(restate({ baseUrl, auth: bearer(token) }).read(target))
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(error.message).toContain('restate read: bearer: token: the function returned undefined')
  })
})

test('the target stands in the error as it was checked, and cannot be changed', async () => {
  const error = await errorOf(enterpriseScheduler({ baseUrl: await closedUrl(), retry: false }).stop({ requestId: 7n }))
  expect(error.target).toEqual({ requestId: '7' })
  expect(Object.isFrozen(error.target)).toBe(true)
  expect(JSON.parse(JSON.stringify(error)).target).toEqual({ requestId: '7' })
  const wrong = await errorOf(enterpriseScheduler({ baseUrl: 'http://127.0.0.1:9' }).stop({ requestId: 'x' }))
  expect(wrong).not.toHaveProperty('target')
})
