/** Waits to the letter: every field of what they return and throw, every request they send, and when. */
import {
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  iamPassword,
  oauth2ClientCredentials,
  restate,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, invocation, task } from '../support/examples.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { errorOf, lost } from '../support/fakes/troubled.js'
import { type Seen, watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

/** Function Compute by the second: what stops and reads are answered, by how much time has passed. */
function scripted(stops: (atMs: number) => Response, reads: (atMs: number) => Response) {
  const began = Date.now()
  const { fetch, seen } = watched(({ method }) => (method === 'GET' ? reads : stops)(Date.now() - began))
  const count = (method: string) => seen.filter((one: Seen) => one.method === method).length
  return { system: functionCompute({ baseUrl, fetch }), seen, count }
}
const status = (word: string) => json(200, { invocationId: task.invocationId, status: word })
const noTask = () => json(404, { errorCode: 'StatefulAsyncInvocationNotFound', errorMessage: 'none' })

describe('the receipt', () => {
  const restateWith = (work: Work) =>
    restate({ baseUrl, fetch: asFetch(fakeRestate({ [ids.restate]: work })), api: 'patch' })

  test('of a stop that lands', async () => {
    const wait = () => restateWith(new Work({ gracefulTakesMs: 300 })).stopAndWait(invocation, { deadlineMs: 60_000 })
    const { steps, elapsedMs: _, response: __, ...receipt } = await onVirtualClock(wait)
    expect(receipt).toEqual({
      system: 'restate',
      kind: 'restate',
      target: invocation,
      mode: 'graceful',
      outcome: 'stopped',
      phase: 'stopped',
      ended: true,
      native: 'completed failure [409] Cancelled',
      httpStatus: 202,
      attempts: 1,
      summary: expect.stringMatching(
        /^restate inv_\w+: stopped after [\d.]+ m?s \(completed failure \[409\] Cancelled\)$/,
      ),
      warnings: [{ code: 'children-stopped', message: expect.stringContaining('cancel also cancels') }],
    })
    expect(steps.map(({ at: ___, ...step }) => step)).toEqual([
      { mode: 'graceful', httpStatus: 202, phase: 'unknown' },
      { httpStatus: 200, phase: 'stopping', native: 'running' },
      { httpStatus: 200, phase: 'stopped', native: 'completed failure [409] Cancelled' },
    ])
  })

  test('of a force when its time has come, to the moment', async () => {
    const options = { deadlineMs: 60_000, escalateAfterMs: 12_345, poll: { minDelayMs: 7_000, maxDelayMs: 7_000 } }
    const receipt = await onVirtualClock(() => restateWith(new Work()).stopAndWait(invocation, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', phase: 'stopped', attempts: 2 })
    expect(receipt).not.toHaveProperty('why')
    const forced = receipt.steps.find(({ mode }) => mode === 'force')
    expect(Date.parse(forced?.at ?? '') - Date.parse('2026-01-02T03:04:05Z')).toBe(12_345)
  })

  test('of one that has not landed by the deadline says why, and nothing of a doubt', async () => {
    const receipt = await onVirtualClock(() => restateWith(new Work()).stopAndWait(invocation, { deadlineMs: 5_000 }))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'running' })
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped'])
    const recorded = 'cancel recorded at 2026-01-02T03:04:05.000Z; the handler may have caught and ignored it'
    expect(receipt.why).toBe(recorded)
  })

  test('of work that had ended before: one request, and that is all', async () => {
    const { fetch, seen } = watched(fakeRestate({ [ids.restate]: new Work({ endsAfterMs: 0 }) }))
    const wait = () => restate({ baseUrl, fetch, api: 'patch' }).stopAndWait(invocation, { deadlineMs: 60_000 })
    expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'already-ended', phase: 'succeeded', httpStatus: 409 })
    // The look before, the refusal, and the question how it had ended.
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST'])
  })
})

describe('looks', () => {
  test('grow farther apart, and the first is not at once', async () => {
    const { system, seen } = scripted(
      () => json(200, {}),
      () => status('Running'),
    )
    const options = { deadlineMs: 120_000, poll: { minDelayMs: 1_000, maxDelayMs: 16_000 } }
    await onVirtualClock(() => system.stopAndWait(task, options))
    const looks = seen.filter(({ method }) => method === 'GET').map(({ atMs }) => atMs)
    expect(looks[0]).toBeGreaterThanOrEqual(1_000)
    expect(looks[0]).toBeLessThanOrEqual(2_000)
    expect(looks.length).toBeLessThan(40)
    expect(looks.length).toBeGreaterThan(8)
  })

  test('end with an answer that will not pass', async () => {
    const { system, count } = scripted(
      () => json(200, {}),
      () => json(418, {}),
    )
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({
      code: 'unknown',
      httpStatus: 418,
      ambiguous: false,
      receipt: { outcome: 'accepted' },
    })
    expect(count('GET')).toBe(1)
  })
})

describe('a stop without an answer', () => {
  test('and a record that is not there yet: it is waited for', async () => {
    const reads = (atMs: number) => (atMs < 3_000 ? noTask() : status(atMs < 6_000 ? 'Running' : 'Stopped'))
    const { system, count } = scripted((atMs) => (atMs < 3_000 ? lost() : json(200, {})), reads)
    expect(await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000 }))).toMatchObject({
      outcome: 'stopped',
      attempts: count('PUT'),
    })
  })

  test('and a record that never comes: not found, by the reads', async () => {
    const { system } = scripted(() => lost(), noTask)
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({
      code: 'not_found',
      httpStatus: 404,
      attempts: 4,
      ambiguous: true,
      operation: 'stopAndWait',
    })
    expect(error).not.toHaveProperty('receipt')
    expect(error.message).toContain('the stop got no answer')
  })

  test('and a state that has no name for us: it is not sent again', async () => {
    const { system, count } = scripted(
      () => lost(),
      () => status('Processed'),
    )
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: true, attempts: 4 })
    expect(count('PUT')).toBe(4)
  })

  test('while the work goes on: four rounds, no more', async () => {
    const { system, count } = scripted(
      () => lost(),
      () => status('Running'),
    )
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 600_000 }))
    expect(error).toMatchObject({ attempts: 16, ambiguous: true })
    expect(count('PUT')).toBe(16)
  })

  test("that is seen to have landed: it is not sent again, and the end is the work's own", async () => {
    const { system, count } = scripted(
      () => lost(),
      (atMs) => status(atMs < 20_000 ? 'Stopping' : 'Stopped'),
    )
    const receipt = await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', httpStatus: 200, attempts: 4 })
    expect(receipt.steps.map(({ at: _, ...step }) => step)).toEqual([
      { mode: 'graceful', phase: 'unknown' },
      { httpStatus: 200, phase: 'stopping', native: 'Stopping' },
      { httpStatus: 200, phase: 'stopped', native: 'Stopped' },
    ])
    expect(count('PUT')).toBe(4)
  })

  test('that is seen to be landing at the deadline: accepted', async () => {
    const { system } = scripted(
      () => json(503, {}),
      () => status('Stopping'),
    )
    const receipt = await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 20_000 }))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', warnings: [] })
    expect(receipt.steps[0]).toMatchObject({ mode: 'graceful', httpStatus: 503, phase: 'unknown' })
  })

  test('and a read that may not be: the error is ambiguous, and has no receipt', async () => {
    const { system } = scripted(
      () => lost(),
      () => json(403, { errorCode: 'AccessDenied', errorMessage: 'no' }),
    )
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ code: 'permission_denied', ambiguous: true })
    expect(error).not.toHaveProperty('receipt')
  })

  test('and a signal: the same', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20_000)
    const { system } = scripted(
      () => lost(),
      () => json(503, {}),
    )
    const wait = () => system.stopAndWait(task, { deadlineMs: 60_000, signal: controller.signal })
    const error = await errorOf(wait)
    expect(error).toMatchObject({ code: 'aborted', ambiguous: true, attempts: 4 })
    expect(error).not.toHaveProperty('receipt')
    expect(error).not.toHaveProperty('httpStatus')
  })

  test('of a signal that fires while it is sent: nothing is read any more', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 2_000)
    const fetch = asFetch(() => new Promise<never>(() => {}))
    const system = functionCompute({ baseUrl, fetch })
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000, signal: controller.signal }))
    expect(error).toMatchObject({ code: 'aborted', operation: 'stopStatefulAsyncInvocation', ambiguous: true })
  })

  test('and an application that nobody has seen: not found, or gone if that is good enough; never stopped', async () => {
    const fetch = asFetch(({ method }) => (method === 'GET' ? new Response(null, { status: 204 }) : lost()))
    const wait = (options = {}) =>
      serviceFabric({ baseUrl, fetch }).stopAndWait({ applicationId: 'a' }, { deadlineMs: 60_000, ...options })
    expect(await errorOf(() => wait())).toMatchObject({ code: 'not_found', ambiguous: true })
    const accepted = await onVirtualClock(() => wait({ ifMissing: 'accept' }))
    expect(accepted).toMatchObject({ outcome: 'gone', phase: 'gone', mode: 'graceful' })
  })
})

test('an abort after the stop was taken is not ambiguous, and shows the receipt', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 5_000)
  const { system } = scripted(
    () => json(200, {}),
    () => status('Running'),
  )
  const wait = () => system.stopAndWait(task, { deadlineMs: 60_000, signal: controller.signal })
  const error = await errorOf(wait)
  expect(error).toMatchObject({ code: 'aborted', ambiguous: false, attempts: 1, receipt: { outcome: 'accepted' } })
  expect(error.message).toContain('the stop had been accepted (HTTP 200)')
})

describe('a 401', () => {
  const oauth = (answers: (() => Response)[]) => {
    let tokens = 0
    const sent: string[] = []
    const fetch: Fetch = asFetch((request) => {
      sent.push(request.headers.get('authorization') ?? '')
      return answers.shift()?.() ?? json(200, {})
    })
    const auth = oauth2ClientCredentials({
      tokenUrl: 'http://127.0.0.1:8',
      clientId: 'c',
      clientSecret: 's3cret-s',
      scope: 's',
      fetch: async () => json(200, { access_token: `token-${++tokens}`, expires_in: 3_600 }),
    })
    return {
      sent,
      stop: (options = {}) => enterpriseScheduler({ baseUrl, fetch, auth }).stop({ requestId: 1 }, options),
    }
  }
  const refused = () => json(401, {})

  test('is answered with one new token, and no more', async () => {
    const { sent, stop } = oauth([refused, refused, refused])
    expect(await errorOf(() => stop())).toMatchObject({ code: 'unauthenticated', attempts: 2, ambiguous: false })
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  test('does not count as one of the tries', async () => {
    const { sent, stop } = oauth([refused, () => json(503, {})])
    expect(await onVirtualClock(() => stop({ retry: { attempts: 2 } }))).toMatchObject({ attempts: 3 })
    expect(sent).toHaveLength(3)
  })
})

test('a 403 that is no matter of the token leaves the token alone', async () => {
  let tokens = 0
  const auth = iamPassword({
    iamUrl: 'http://127.0.0.1:8',
    domain: 'd',
    username: 'u',
    password: 'p4ssw0rd',
    project: { name: 'p' },
    fetch: async () => new Response('{}', { status: 201, headers: { 'x-subject-token': `token-${++tokens}` } }),
  })
  const fetch = asFetch(() => json(403, { error_code: 'FSS.0403', error_msg: 'Forbidden' }))
  const system = functionGraph({ baseUrl, fetch, auth })
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  for (let time = 0; time < 2; time += 1) {
    expect(await errorOf(() => system.stop(target))).toMatchObject({ code: 'permission_denied', attempts: 1 })
  }
  expect(tokens).toBe(1)
})

test.each([
  ['a wrong certificate', () => Promise.reject(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' })), 1, false],
  ['408', async () => json(408, {}), 4, true],
  ['499', async () => json(499, { errorCode: 'ClientClosedRequest', errorMessage: '' }), 1, true],
])('%s at a stop', async (_, answer, attempts, ambiguous) => {
  const error = await errorOf(() => functionCompute({ baseUrl, fetch: answer as Fetch }).stop(task))
  expect(error).toMatchObject({ attempts, ambiguous })
})
