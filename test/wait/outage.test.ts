/** A system that is down when a wait begins: it is asked again until the deadline, and an outage never becomes force. */
import { type Fetch, functionCompute, isStopError, restate, serviceFabric } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, task } from '../support/examples.js'
import { caught, target } from '../support/fakes/asked.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { errorOf, lost } from '../support/fakes/troubled.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

type Trouble = () => Response | Promise<Response>

/** A Restate that has trouble with everything until a moment. */
function downFor(ms: number, trouble: Trouble, work: Work = new Work({ gracefulTakesMs: 100 })) {
  const fake = fakeRestate({ [ids.restate]: work })
  const began = Date.now()
  const { fetch, seen } = watched((request) => (Date.now() - began < ms ? trouble() : fake(request)))
  const changes = () => seen.filter(({ method }) => method === 'PATCH')
  return { work, seen, changes, system: restate({ baseUrl, fetch }) }
}

const refused: Trouble = () => lost('ECONNREFUSED')
const throttled: Trouble = () => json(429, { message: 'slow down' })
const unavailable: Trouble = () => json(503, { message: 'later' })
const stalled: Trouble = () => new Promise<Response>(() => {})

describe('a stop that is waited for', () => {
  test.each([
    ['refuses connections', refused, 3_000],
    ['refuses connections for long', refused, 55_000],
    ['throttles', throttled, 20_000],
    ['is unavailable', unavailable, 20_000],
    ['gives no answer', stalled, 40_000],
  ])('is sent, once, after a time in which the system %s', async (_, trouble, ms) => {
    const { system, work } = downFor(ms, trouble)
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'graceful' })
    expect(work.stops).toHaveLength(1)
  })

  test('is sent after an outage also where the version is known: the read before it is tried again', async () => {
    const work = new Work({ gracefulTakesMs: 100 })
    const fake = fakeRestate({ [ids.restate]: work })
    const began = Date.now()
    const fetch = asFetch((request) => (Date.now() - began < 4_400 ? unavailable() : fake(request)))
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1, warnings: [{ code: 'children-stopped' }] })
  })

  test('ends with the outage as its error when the deadline comes, and says that nothing arrived', async () => {
    const { system } = downFor(Number.POSITIVE_INFINITY, refused)
    const began = Date.now()
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(error.message).toMatch(/connection refused/)
    expect(Date.now() - began).toBeGreaterThan(59_000)
    expect(Date.now() - began).toBeLessThanOrEqual(60_000)
  })

  test('counts all that were sent', async () => {
    const { system, changes } = downFor(Number.POSITIVE_INFINITY, refused)
    const { attempts } = await errorOf(() => system.stopAndWait(target, { deadlineMs: 10_000, mode: 'force' }))
    expect(changes()).toHaveLength(0)
    expect(attempts).toBeGreaterThan(0)
    const fetch: Fetch = async () => lost('ECONNREFUSED')
    let sent = 0
    const counting: Fetch = (url, init) => {
      sent += 1
      return fetch(url, init)
    }
    const cloud = functionCompute({ baseUrl, fetch: counting })
    const error = await errorOf(() => cloud.stopAndWait(task, { deadlineMs: 20_000 }))
    expect(error.attempts).toBeGreaterThan(4)
    expect(sent).toBeGreaterThanOrEqual(error.attempts)
  })

  test('is not tried beyond the tries of a request with `retry: false`', async () => {
    const { system, seen } = downFor(3_000, refused)
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000, retry: false }))
    expect(error.code).toBe('unavailable')
    expect(seen).toHaveLength(1)
  })

  test.each([
    ['an unknown host', 'ENOTFOUND', 4],
    ['a certificate that is not accepted', 'DEPTH_ZERO_SELF_SIGNED_CERT', 1],
  ])('ends after the normal tries at %s', async (_, code, tries) => {
    const { system, seen } = downFor(3_000, () => lost(code))
    const began = Date.now()
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(error.code).toBe('unavailable')
    expect(seen).toHaveLength(tries)
    expect(Date.now() - began).toBeLessThan(15_000)
  })

  test('ends at once where the system asks to come back after the deadline', async () => {
    const { system, seen } = downFor(3_000, () => json(429, {}, { 'retry-after': '90' }))
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 90_000 })
    expect(seen).toHaveLength(1)
  })

  test('obeys a Retry-After that is longer than the time of one call', async () => {
    let asked = 0
    const { system, seen } = downFor(3_000, () => {
      asked += 1
      return json(429, {}, { 'retry-after': '45' })
    })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt.outcome).toBe('stopped')
    expect(asked).toBe(1)
    expect(seen[1]?.atMs).toBe(45_000)
  })

  test("stops trying when the caller's signal fires, and says that nothing arrived", async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20_000)
    const { system } = downFor(Number.POSITIVE_INFINITY, refused)
    const { signal } = controller
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000, signal }))
    expect(error).toMatchObject({ code: 'aborted', ambiguous: false })
    expect(error.message).toMatch(/connection refused.*before anything had arrived/)
  })
})

describe('a stop that never arrives', () => {
  test('ends with the time-out as its error where nothing else is known', async () => {
    const { system } = downFor(Number.POSITIVE_INFINITY, stalled)
    const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ code: 'deadline_exceeded', ambiguous: false })
  })

  test("ends as the caller's signal fires in the middle of a request or between two", async () => {
    for (const [abortAfterMs, words] of [
      [5_000, /^restate stopAndWait: aborted/],
      [30_100, /no answer within.*aborted by the caller's signal before anything had arrived$/],
      [25_000, /slow down.*aborted by the caller's signal before anything had arrived$/],
    ] as const) {
      const began = Date.now()
      const trouble = () => (Date.now() - began < 20_000 && abortAfterMs === 25_000 ? throttled() : stalled())
      const { system } = downFor(Number.POSITIVE_INFINITY, trouble)
      const controller = new AbortController()
      setTimeout(() => controller.abort(), abortAfterMs)
      const { signal } = controller
      const error = await errorOf(() => system.stopAndWait(target, { deadlineMs: 60_000, signal }))
      expect(error).toMatchObject({ code: 'aborted', ambiguous: false })
      expect(error.message).toMatch(words)
    }
  })
})

describe('the time to escalate', () => {
  const options = { deadlineMs: 60_000, escalateAfterMs: 10_000, poll: { minDelayMs: 100, maxDelayMs: 100 } }

  test.each([
    ['refuses connections', refused],
    ['throttles', throttled],
    ['gives no answer', stalled],
  ])('begins with the first stop that arrived, not before: the system %s for 30 s', async (_, trouble) => {
    const { system, work } = downFor(30_000, trouble, new Work())
    const receipt = await onVirtualClock(() => system.stopAndWait(target, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
    const [asked, forced] = work.stops.map(({ atMs }) => atMs) as [number, number]
    expect(asked).toBeGreaterThanOrEqual(30_000)
    expect(forced - asked).toBeGreaterThanOrEqual(10_000)
    expect(forced - asked).toBeLessThan(11_000)
  })

  test('runs from a stop that may have arrived', async () => {
    const work = new Work()
    const fake = fakeRestate({ [ids.restate]: work })
    let lostOnes = 0
    const fetch = asFetch(async (request) => {
      if (!request.url.endsWith('/cancel')) return fake(request)
      lostOnes += 1
      await fake(request)
      return lost()
    })
    const system = restate({ baseUrl, fetch })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, options))
    expect(lostOnes).toBe(1)
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
    expect(work.stops[1]?.atMs).toBeLessThan(11_000)
  })

  test('is not held up by a stop that the system holds', async () => {
    const work = new Work()
    const fake = fakeServiceFabric({ [ids.application]: work })
    const began = Date.now()
    const forcedAt: number[] = []
    const fetch = asFetch(async (request) => {
      const { pathname, searchParams } = new URL(request.url)
      if (!pathname.endsWith('/Delete')) return fake(request)
      if (searchParams.has('ForceRemove')) forcedAt.push(Date.now() - began)
      else return new Promise<Response>(() => {})
      return fake(request)
    })
    const system = serviceFabric({ baseUrl, fetch })
    const receipt = await onVirtualClock(() => system.stopAndWait({ applicationId: ids.application }, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
    expect(forcedAt).toHaveLength(1)
    expect(forcedAt[0]).toBeGreaterThanOrEqual(10_000)
    expect(forcedAt[0]).toBeLessThan(13_000)
  })

  test('may be shorter than the question for the version takes', async () => {
    const work = new Work()
    const fake = fakeRestate({ [ids.restate]: work })
    const fetch = asFetch(async (request) => {
      if (request.url.endsWith('/version')) await new Promise((resolve) => setTimeout(resolve, 150))
      return fake(request)
    })
    const system = restate({ baseUrl, fetch })
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, {
        deadlineMs: 60_000,
        escalateAfterMs: 100,
        poll: { minDelayMs: 10, maxDelayMs: 10 },
      }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
  })

  test.each([60_000, 60_001])('of %i ms is refused at a deadline of 60,000 ms', async (escalateAfterMs) => {
    const { system, seen } = downFor(0, refused)
    const error = await system.stopAndWait(target, { deadlineMs: 60_000, escalateAfterMs }).catch(caught)
    expect(error).toMatchObject({ code: 'invalid_argument' })
    expect((error as Error).message).toMatch(/escalateAfterMs: must be less than deadlineMs/)
    expect(seen).toHaveLength(0)
  })
})

describe('waiting without a stop', () => {
  test.each([
    ['an unknown host', 'ENOTFOUND'],
    ['a certificate that is not accepted', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('ends after the normal tries at %s', async (_, code) => {
    const { system, seen } = downFor(Number.POSITIVE_INFINITY, () => lost(code))
    const error = await errorOf(() => system.waitUntilEnded(target, { deadlineMs: 3_600_000 }))
    expect(error.code).toBe('unavailable')
    expect(seen).toHaveLength(4)
  })

  test('ends after the normal tries at a server that does not know the request', async () => {
    const { system, seen } = downFor(Number.POSITIVE_INFINITY, () => new Response('<html>', { status: 404 }))
    const error = await errorOf(() => system.waitUntilEnded(target, { deadlineMs: 3_600_000 }))
    expect(error.code).toBe('protocol')
    expect(seen).toHaveLength(4)
  })

  test('outlasts an unknown host once something was read', async () => {
    const work = new Work({ endsAfterMs: 50_000 })
    const fake = fakeRestate({ [ids.restate]: work })
    const fetch = asFetch((request) => {
      const isDown = work.ageMs > 1_000 && work.ageMs < 40_000
      return isDown ? lost('ENOTFOUND') : fake(request)
    })
    const status = await onVirtualClock(() =>
      restate({ baseUrl, fetch }).waitUntilEnded(target, { deadlineMs: 120_000 }),
    )
    expect(status.phase).toBe('succeeded')
  })
})

describe('an error of a wait holds what was read last', () => {
  test('when the answer to the stop was lost and the deadline came', async () => {
    const fake = fakeFunctionCompute({ t: new Work() })
    const fetch = asFetch((request) => (request.method === 'PUT' ? lost() : fake(request)))
    const system = functionCompute({ baseUrl, fetch })
    const error = await errorOf(() => system.stopAndWait(task, { deadlineMs: 30_000 }))
    expect(error).toMatchObject({ ambiguous: true, status: { phase: 'running', native: 'Running', ended: false } })
    expect(JSON.parse(JSON.stringify(error)).status.phase).toBe('running')
  })

  test('when the signal fired', async () => {
    const { system } = downFor(0, refused, new Work())
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 5_000)
    const { signal } = controller
    for (const verb of ['stopAndWait', 'waitUntilEnded'] as const) {
      const error = await errorOf(() => system[verb](target, { deadlineMs: 60_000, signal }))
      expect(isStopError(error) && error.code).toBe('aborted')
      if (verb === 'stopAndWait') expect(error.status).toMatchObject({ phase: 'stopping' })
    }
  })
})

describe('the version question', () => {
  const versions = (seen: readonly { path: string }[]) => seen.filter(({ path }) => path === '/version').length

  test('obeys the options of the call', async () => {
    const { system, seen } = downFor(Number.POSITIVE_INFINITY, unavailable)
    await errorOf(() => system.stop(target, { retry: false }))
    expect(versions(seen)).toBe(1)
    const began = Date.now()
    const held = downFor(Number.POSITIVE_INFINITY, stalled)
    const error = await errorOf(() => held.system.stop(target, { attemptTimeoutMs: 50, retry: false }))
    expect(error.code).toBe('deadline_exceeded')
    expect(Date.now() - began).toBeLessThan(2_000)
  })

  test('is shared by calls without options of their own, and its answer is remembered for all', async () => {
    const { system, seen } = downFor(0, refused, new Work())
    const all = [{}, {}, { headers: { 'x-team': 'a' } }, { retry: false as const }]
    await onVirtualClock(() => Promise.all(all.map((options) => system.stop(target, { mode: 'force', ...options }))))
    expect(versions(seen)).toBe(3)
    await onVirtualClock(() => system.stop(target, { mode: 'force', retry: false }))
    expect(versions(seen)).toBe(3)
  })
})
