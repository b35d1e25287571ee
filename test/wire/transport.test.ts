/** What the transport makes of every way in which a request can go wrong, for each system alike. */
import { createServer, type Server } from 'node:net'
import { inspect } from 'node:util'
import { type Fetch, isStopError, restate, type StopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { answerWell } from '../support/answers.js'
import { allSystems, type Bound } from '../support/bound.js'
import { errorBody } from '../support/error-body.js'
import { isRead } from '../support/is-read.js'
import { type Reply, startRecorder } from '../support/recorder.js'
import { canary, ids } from '../support/systems.js'

/** The error of a stop, checked to be ours and to hold no credential anywhere. */
async function errorOf(stop: Promise<unknown>): Promise<StopError> {
  const error = await stop.then(
    (value) => new Error(`resolved: ${inspect(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!isStopError(error)) throw error
  for (const shown of [inspect(error, { depth: 10 }), JSON.stringify(error), String(error.stack)]) {
    expect(shown).not.toContain(canary)
    expect(shown).not.toContain(Buffer.from(`ops:${canary}`).toString('base64'))
  }
  return error
}

async function answered(system: Bound, reply: Reply, call?: Parameters<Bound['stop']>[1]): Promise<StopError> {
  await using server = await startRecorder(() => reply)
  return await errorOf(system.stop(server.url, { retry: false, ...call }))
}

describe.each(allSystems)('$name', (system) => {
  test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
    await using elsewhere = await startRecorder()
    const error = await answered(system, { status, headers: { location: elsewhere.url } })
    expect(error).toMatchObject({ code: 'protocol', httpStatus: status, attempts: 1, ambiguous: status === 303 })
    expect(elsewhere.requests).toEqual([])
  })

  test('HTML at 200 is not a success', async () => {
    const error = await answered(system, { headers: { 'content-type': 'text/html' }, body: '<h1>Sign\r\nin</h1>' })
    expect(error).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: true })
    expect(error.message).toContain('<h1>Sign in</h1>')
  })

  test('truncated JSON at 200 is not a success', async () => {
    expect(await answered(system, { body: '{"a":' })).toMatchObject({ code: 'protocol', httpStatus: 200 })
  })

  test('a body that breaks off', async () => {
    const raw: Reply['raw'] = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":')
      setTimeout(() => response.destroy(), 20)
    }
    expect(await answered(system, { raw })).toMatchObject({ code: 'unavailable', httpStatus: 200, ambiguous: true })
  })

  test('a body without end', async () => {
    const raw: Reply['raw'] = (_, response) => {
      const chunk = Buffer.alloc(65_536, 32)
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    const error = await answered(system, { raw })
    expect(error).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: true })
    expect(error.message).toContain('larger than 1048576 bytes')
  })

  test('a connection that is reset', async () => {
    const error = await answered(system, { raw: (request) => request.socket.resetAndDestroy() })
    expect(error).toMatchObject({ code: 'unavailable', attempts: 1, ambiguous: true })
  })

  // The time is long enough for the request to leave a busy machine: before that nothing would be ambiguous.
  test('no answer in time', async () => {
    const error = await answered(system, { raw: () => {} }, { timeoutMs: 500 })
    expect(error).toMatchObject({ code: 'deadline_exceeded', attempts: 1, ambiguous: true })
  })

  test('an answer that trickles', async () => {
    const raw: Reply['raw'] = (_, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    }
    const error = await answered(system, { raw }, { attemptTimeoutMs: 500 })
    expect(error).toMatchObject({ code: 'deadline_exceeded', ambiguous: true })
  })

  test("the caller's signal ends the call", async () => {
    const controller = new AbortController()
    const raw = () => controller.abort(new Error(canary))
    // What is read before the stop is answered.
    await using server = await startRecorder((request) =>
      isRead({ method: request.method, url: request.path }) ? answerWell(request) : { raw },
    )
    const error = await errorOf(system.stop(server.url, { retry: false, signal: controller.signal }))
    expect(error).toMatchObject({ code: 'aborted', attempts: 1, ambiguous: true })
  })

  test('a signal that had fired before: nothing is sent', async () => {
    await using server = await startRecorder()
    const error = await errorOf(system.stop(server.url, { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ code: 'aborted', attempts: 0, ambiguous: false })
    expect(server.requests).toEqual([])
  })

  test('nobody listens', async () => {
    const server = await startRecorder()
    await server.close()
    const error = await errorOf(system.stop(server.url, { retry: false }))
    expect(error).toMatchObject({ code: 'unavailable', attempts: 1, ambiguous: false })
    expect(error.message).toContain('connection refused')
  })

  test('not HTTP at all', async () => {
    const server: Server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const error = await errorOf(system.stop(`http://127.0.0.1:${port}`))
    server.close()
    expect(error).toMatchObject({ code: 'protocol', ambiguous: true })
  })

  test.each([401, 403, 404, 409, 429, 500, 502, 503, 504])('%i with an echo of the credential', async (status) => {
    await using server = await startRecorder(({ headers }) => {
      const echo = `${headers['authorization'] ?? headers['x-auth-token']} ${canary}`
      return {
        status,
        headers: { 'x-echo': echo, 'x-request-id': echo, 'x-fc-request-id': echo, 'retry-after': '3' },
        body: errorBody(echo),
      }
    })
    const error = await errorOf(system.stop(server.url, { retry: false }))
    expect(error).toMatchObject({ httpStatus: status, attempts: 1, ambiguous: status >= 500, retryAfterMs: 3000 })
    expect(inspect(error)).toContain('[hidden]')
  })

  test.each<[string, Reply]>([
    ['is empty', { status: 404 }],
    ['is HTML', { status: 404, body: '<h1>Not Found</h1>' }],
    ['is JSON of something else', { status: 404, body: { error: 'Not Found' } }],
  ])('a 404 that %s says nothing of the work, whatever the caller accepts', async (_, reply) => {
    const error = await answered(system, reply, { ifMissing: 'accept' })
    expect(error).toMatchObject({ code: 'protocol', httpStatus: 404 })
    expect(error.message).toContain('baseUrl')
  })

  test('a receipt does not echo the credential', async () => {
    await using server = await startRecorder((request) => ({
      ...answerWell(request),
      headers: { 'x-echo': canary, 'set-cookie': 'session=1' },
    }))
    const receipt = await system.stop(server.url)
    expect(receipt.response.headers).toMatchObject({ 'x-echo': '[hidden]' })
    expect(inspect(receipt, { depth: 10 })).not.toContain(canary)
    expect(receipt.response.headers).not.toHaveProperty('set-cookie')
  })

  test.each<[string, Fetch]>([
    ['throws', () => Promise.reject(new TypeError('boom'))],
    ['throws a text', () => Promise.reject('boom')],
    [
      'throws at once',
      () => {
        throw new Error('boom')
      },
    ],
    ['never settles', () => new Promise(() => {})],
    ['gives something else', async () => ({}) as Response],
    ['gives a status that is none', async () => Response.error()],
  ])('a fetch that %s', async (_, fetch) => {
    const error = await errorOf(system.stop('http://127.0.0.1:9', { fetch, timeoutMs: 100, retry: false }))
    expect(error.ambiguous).toBe(true)
  })
})

test('a body that cannot be let go of concerns nobody', async () => {
  const body = () =>
    new ReadableStream({
      cancel: () => {
        throw new Error('no')
      },
    })
  const fetch: Fetch = async () => new Response(body(), { status: 307 })
  const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch })
  expect(await errorOf(system.stop({ invocationId: ids.restate }))).toMatchObject({ code: 'protocol' })
})

describe('the credential', () => {
  test.each([
    ['fails', () => Promise.reject(new Error('vault sealed')), 'unauthenticated'],
    ['gives a line break', () => 'a\r\nb', 'invalid_argument'],
    ['gives nothing', () => '', 'invalid_argument'],
  ])('a provider that %s: nothing is sent', async (_, provider, code) => {
    await using server = await startRecorder()
    const { bearer } = await import('allstop')
    const system = restate({ baseUrl: server.url, api: 'patch', auth: bearer(provider) })
    const error = await errorOf(system.stop({ invocationId: ids.restate }, { ifStopping: 'repeat' }))
    expect(error).toMatchObject({ code, attempts: 0, ambiguous: false, operation: 'cancelInvocation' })
    expect(server.requests).toEqual([])
  })

  test('a provider that hangs ends with the call', async () => {
    const { bearer } = await import('allstop')
    let told: AbortSignal | undefined
    const auth = bearer(({ signal }) => {
      told = signal
      return new Promise(() => {})
    })
    const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', auth, timeoutMs: 50 })
    const error = await errorOf(system.stop({ invocationId: ids.restate }))
    expect(error).toMatchObject({ code: 'deadline_exceeded', attempts: 0, ambiguous: false })
    expect(told?.aborted).toBe(true)
  })

  test('a signing hook sees the request as it goes on the wire', async () => {
    await using server = await startRecorder()
    const { functionGraph, signed } = await import('allstop')
    const seen: unknown[] = []
    const auth = signed(({ method, url, headers, body }) => {
      seen.push({ method, path: url.pathname, type: headers['content-type'], body })
      return { Authorization: 'Test signature', 'X-Sdk-Date': '20260102T030405Z' }
    })
    await functionGraph({ baseUrl: server.url, auth }).stop({ functionUrn: ids.urn, requestId: ids.uuid })
    const [request] = server.requests
    expect(seen).toEqual([
      { method: request?.method, path: request?.path, type: request?.headers['content-type'], body: request?.body },
    ])
    expect(request?.headers).toMatchObject({ authorization: 'Test signature', 'x-sdk-date': '20260102T030405Z' })
  })
})

test('the typed client cannot be sent elsewhere with the credential', async () => {
  await using elsewhere = await startRecorder()
  const { bearer } = await import('allstop')
  const { client } = restate({ baseUrl: 'http://127.0.0.1:9', auth: bearer(canary) })
  const error = await errorOf(client.GET('/version', { baseUrl: elsewhere.url }))
  expect(error).toMatchObject({ code: 'invalid_argument' })
  expect(elsewhere.requests).toEqual([])
})

test('the typed client gives failures with an answer back, and throws the ones without', async () => {
  await using server = await startRecorder(() => ({ status: 404, body: { message: 'no', restate_code: null } }))
  const { client } = restate({ baseUrl: server.url })
  const params = { path: { invocation_id: ids.restate } }
  const { error, response } = await client.PATCH('/invocations/{invocation_id}/kill', { params })
  expect([response.status, error]).toEqual([404, { message: 'no', restate_code: null }])
  await server.close()
  expect(await errorOf(client.GET('/version'))).toMatchObject({ code: 'unavailable', ambiguous: false })
})
