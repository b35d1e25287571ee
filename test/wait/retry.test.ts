/** Trying again, on a virtual clock: when, how often, until when, and what is said of what came before. */
import {
  acs3,
  basic,
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  isStopError,
  oauth2ClientCredentials,
  restate,
  type StopError,
  serviceFabric,
  signed,
} from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { type Fake, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { type Seen, watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock } from '../support/virtual-clock.js'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const baseUrl = 'http://127.0.0.1:9'
const task = { serviceName: 's', functionName: 'f', invocationId: 't' }
const invocation = { invocationId: ids.restate }

function lost(code = 'ECONNRESET'): never {
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(code), { code, syscall: code === 'ECONNREFUSED' ? 'connect' : 'read' }),
  })
}

type Trouble = (request: Request, nth: number) => Response | Promise<Response | undefined> | undefined

/** A fake whose changing requests first meet what `trouble` says; what returns nothing goes through. */
function troubled(fake: Fake, trouble: Trouble): { fetch: Fetch; changes: () => Seen[]; reads: () => Seen[] } {
  let nth = 0
  const isRead = ({ method, path }: Seen) => method === 'GET' || path.endsWith('/query')
  const { fetch, seen } = watched(async (request) => {
    if (request.method === 'GET' || request.url.endsWith('/query')) return fake(request)
    return (await trouble(request, nth++)) ?? fake(request)
  })
  return { fetch, changes: () => seen.filter((one) => !isRead(one)), reads: () => seen.filter(isRead) }
}

async function errorOf(work: () => Promise<unknown>): Promise<StopError> {
  const error = await onVirtualClock(work).then(
    (value) => new Error(`resolved: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!isStopError(error)) throw error
  return error
}

describe('when', () => {
  const stop = (trouble: Trouble, call: object = {}, system: object = {}) => {
    const { fetch, changes } = troubled(fakeFunctionCompute({ t: new Work() }), trouble)
    return { changes, run: () => functionCompute({ baseUrl, fetch, ...system }).stop(task, call) }
  }
  const gaps = (seen: Seen[]) => seen.slice(1).map(({ atMs }, index) => atMs - (seen[index]?.atMs ?? 0))

  test('four times, after pauses of 200 to 400, 800 and 1,600 ms', async () => {
    const { run, changes } = stop(() => json(503, {}))
    expect(await errorOf(run)).toMatchObject({ code: 'unavailable', httpStatus: 503, attempts: 4, ambiguous: true })
    const pauses = gaps(changes())
    expect(pauses).toHaveLength(3)
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(200)
      expect(pause).toBeLessThanOrEqual(400 * 2 ** index + 1)
    }
  })

  test('never with retry: false, of the system or of the call', async () => {
    for (const [call, system] of [
      [{ retry: false }, {}],
      [{}, { retry: false }],
    ] as const) {
      const { run, changes } = stop(() => json(503, {}), call, system)
      expect(await errorOf(run)).toMatchObject({ attempts: 1 })
      expect(changes()).toHaveLength(1)
    }
  })

  test('the call’s own number goes before the system’s', async () => {
    const { run } = stop(() => json(503, {}), { retry: { attempts: 6 } }, { retry: { attempts: 2, minDelayMs: 1 } })
    expect(await errorOf(run)).toMatchObject({ attempts: 6 })
  })

  test('the receipt counts the tries', async () => {
    const { run } = stop((_, nth) => (nth < 2 ? json(502, {}) : undefined))
    expect(await onVirtualClock(run)).toMatchObject({ outcome: 'accepted', attempts: 3 })
  })

  test.each([
    ['Retry-After in seconds', { 'retry-after': '7' }, 7_000],
    [
      'Retry-After as a date, by the server’s clock',
      { 'retry-after': 'Fri, 02 Jan 2026 09:00:07 GMT', date: 'Fri, 02 Jan 2026 09:00:00 GMT' },
      7_000,
    ],
    ['the gateway’s own header, in milliseconds', { 'x-acs-retry-after': '1234' }, 1_234],
    ['nothing less than the shortest pause', { 'retry-after': '0' }, 200],
  ])('%s is obeyed to the letter', async (_, headers, ms) => {
    const { run, changes } = stop((__, nth) => (nth === 0 ? json(429, {}, headers) : undefined))
    await onVirtualClock(run)
    expect(gaps(changes())).toEqual([ms])
  })

  test.each([
    ['503', 503, { errorCode: 'ResourceThrottled', errorMessage: '' }],
    ['the gateway’s throttling', 400, { Code: 'Throttling.User', Message: '' }],
  ])('x-acs-retry-after goes with %s too', async (_, status, body) => {
    const { run, changes } = stop((__, nth) =>
      nth === 0 ? json(status, body, { 'x-acs-retry-after': '3000' }) : undefined,
    )
    await onVirtualClock(run)
    expect(gaps(changes())).toEqual([3_000])
  })

  test('a Retry-After beyond the call’s time ends it at once, and is told', async () => {
    const { run, changes } = stop(() => json(429, {}, { 'retry-after': '31' }))
    expect(await errorOf(run)).toMatchObject({ code: 'rate_limited', attempts: 1, retryAfterMs: 31_000 })
    expect(changes()).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the total time decides, and its error is the last one that says something', async () => {
    const { run, changes } = stop(() => json(503, {}), { timeoutMs: 2_000, retry: { attempts: 100 } })
    const error = await errorOf(run)
    expect(error).toMatchObject({ code: 'unavailable', httpStatus: 503, attempts: changes().length })
    expect(changes().length).toBeGreaterThan(2)
    expect(changes().every(({ atMs }) => atMs < 2_000)).toBe(true)
  })

  test('a try has a time of its own', async () => {
    const { run, changes } = stop((_, nth) => (nth === 0 ? new Promise<never>(() => {}) : undefined))
    expect(await onVirtualClock(run)).toMatchObject({ outcome: 'accepted', attempts: 2 })
    expect(gaps(changes())[0]).toBeGreaterThanOrEqual(10_000)
  })

  test('the signal ends the pause at once', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 3_000)
    const { run, changes } = stop(() => json(429, {}, { 'retry-after': '20' }), { signal: controller.signal })
    const began = Date.now()
    expect(await errorOf(run)).toMatchObject({ code: 'aborted', attempts: 1, ambiguous: false })
    expect(Date.now() - began).toBe(3_000)
    expect(changes()).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('every try is built and signed anew', async () => {
    const proofs: string[] = []
    const { fetch } = troubled(fakeFunctionCompute({ t: new Work() }), ({ headers }, nth) => {
      proofs.push(...['authorization', 'x-acs-signature-nonce'].map((name) => headers.get(name) ?? ''))
      return nth === 0 ? json(503, {}) : undefined
    })
    const auth = acs3({ accessKeyId: 'AK', accessKeySecret: 'SK' })
    // WebCrypto works in its own time.
    vi.useRealTimers()
    await functionCompute({ baseUrl, fetch, auth }).stop(task, { retry: { minDelayMs: 1 } })
    expect(new Set(proofs).size).toBe(4)
  })
})

describe('what is said of the tries before', () => {
  test('what was ambiguous once stays so', async () => {
    const { fetch } = troubled(fakeFunctionCompute({ t: new Work() }), (_, nth) =>
      nth === 0 ? lost() : lost('ECONNREFUSED'),
    )
    const error = await errorOf(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(error).toMatchObject({ code: 'unavailable', attempts: 4, ambiguous: true })
    expect(error.message).toContain('connection refused')
  })

  test('also when the signal ends the pause after it', async () => {
    const controller = new AbortController()
    const { fetch } = troubled(fakeFunctionCompute({ t: new Work() }), () => {
      setTimeout(() => controller.abort(), 100)
      return lost()
    })
    const { signal } = controller
    const error = await errorOf(() => functionCompute({ baseUrl, fetch }).stop(task, { signal }))
    expect(error).toMatchObject({ code: 'aborted', attempts: 1, ambiguous: true })
  })

  test('also when the last answer is a clear refusal', async () => {
    const { fetch } = troubled(fakeFunctionCompute({ t: new Work() }), (_, nth) =>
      nth === 0 ? lost() : json(403, { errorCode: 'AccessDenied', errorMessage: 'no' }),
    )
    const error = await errorOf(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(error).toMatchObject({ code: 'permission_denied', attempts: 2, ambiguous: true })
  })

  /** The first try arrives, its answer is lost, and a while passes before the second. */
  const arrivesUnheard =
    (fake: Fake): Trouble =>
    async (request, nth) => {
      if (nth > 0) return undefined
      await fake(request)
      return json(503, {}, { 'retry-after': '5' })
    }
  const said = ({ warnings }: { warnings: readonly { code: string }[] }) =>
    warnings.some(({ code }) => code === 'earlier-try-unanswered')

  test.each([
    ['ended as stopped', { gracefulTakesMs: 1_000 }, 'stopped', 'stopped'],
    ['ended by itself', { endsAfterMs: 2_000 }, 'already-ended', 'succeeded'],
  ])('a task that %s meanwhile', async (_, script, outcome, phase) => {
    const fake = fakeFunctionCompute({ t: new Work(script) })
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    const receipt = await onVirtualClock(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(receipt).toMatchObject({ outcome, phase, attempts: 2, httpStatus: 412 })
    expect(said(receipt)).toBe(true)
  })

  test('a task that had ended before, without any doubt, is told without a warning', async () => {
    const work = new Work({ endsAfterMs: 0 })
    const { fetch } = troubled(fakeFunctionCompute({ t: work }), (_, nth) => (nth === 0 ? json(429, {}) : undefined))
    const receipt = await onVirtualClock(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(receipt).toMatchObject({ outcome: 'already-ended', attempts: 2, warnings: [] })
  })

  test('a repeat that is taken needs no warning', async () => {
    const fake = fakeFunctionCompute({ t: new Work() })
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    expect(await onVirtualClock(() => functionCompute({ baseUrl, fetch }).stop(task))).toMatchObject({
      outcome: 'accepted',
      attempts: 2,
      warnings: [],
    })
  })

  test('an application that is gone at the second try is a success, with a warning', async () => {
    const fake = fakeServiceFabric({ a: new Work({ gracefulTakesMs: 100 }) }, 1_000)
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    const receipt = await onVirtualClock(() => serviceFabric({ baseUrl, fetch }).stop({ applicationId: 'a' }))
    expect(receipt).toMatchObject({ outcome: 'gone', phase: 'gone', attempts: 2, httpStatus: 404 })
    expect(said(receipt)).toBe(true)
  })

  test('a task of which there is no record was never there: stopping removes none', async () => {
    const fake = fakeFunctionCompute({})
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    const error = await errorOf(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(error).toMatchObject({ code: 'not_found', attempts: 2, ambiguous: true })
    // Nor does a wait take the silence for an end.
    const silent = troubled(fake, () => lost())
    const system = functionCompute({ baseUrl, fetch: silent.fetch })
    expect(await errorOf(() => system.stopAndWait(task, { deadlineMs: 60_000 }))).toMatchObject({ code: 'not_found' })
    expect(
      await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000, ifMissing: 'accept' })),
    ).toMatchObject({ outcome: 'gone' })
  })

  test('the same, if no record is good enough, with a warning', async () => {
    const fake = fakeFunctionCompute({})
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    const receipt = await onVirtualClock(() => functionCompute({ baseUrl, fetch }).stop(task, { ifMissing: 'accept' }))
    expect(receipt).toMatchObject({ outcome: 'gone', attempts: 2 })
    expect(said(receipt)).toBe(true)
  })

  test('a stop that was heard after all, and is refused as invalid the second time', async () => {
    const fake = fakeFunctionCompute({ t: new Work() })
    const { fetch } = troubled(fake, async (request, nth) => {
      if (nth > 0) return json(400, { errorCode: 'InvalidArgument', errorMessage: 'unsupported status' })
      await fake(request)
      return lost()
    })
    const receipt = await onVirtualClock(() => functionCompute({ baseUrl, fetch }).stop(task))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', attempts: 2 })
  })

  test.each(['404', '503, then 404'])('a journal that is to be forgotten removes no record (%s)', async (what) => {
    const missing = () => json(404, { message: 'no such invocation', restate_code: null })
    const answers = what === '404' ? [missing] : [() => json(503, {}), missing]
    const { fetch } = watched(() => answers.shift()?.() ?? missing())
    const purge = () => restate({ baseUrl, fetch, api: 'patch' }).purge(invocation, { journalOnly: true })
    expect(await errorOf(purge)).toMatchObject({ code: 'not_found' })
  })

  test('what a stop does beside is told also when its answer was lost', async () => {
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const { fetch } = troubled(fake, async (request, nth) => {
      if (nth > 0) return undefined
      await fake(request)
      return lost()
    })
    const stop = () => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation, { mode: 'force' })
    const { outcome, warnings } = await onVirtualClock(stop)
    expect(outcome).toBe('stopped')
    expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', 'earlier-try-unanswered'])
  })

  test('the tries are counted, whatever fails last', async () => {
    const { fetch } = troubled(fakeFunctionCompute({ t: new Work() }), () => lost())
    let asked = 0
    const auth = signed(() => {
      if (asked++ > 0) throw new Error('vault sealed')
      return { authorization: 'Own abc' }
    })
    const error = await errorOf(() => functionCompute({ baseUrl, fetch, auth }).stop(task))
    expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1, ambiguous: true })
  })

  test('a record that was removed by a try without an answer', async () => {
    const work = new Work({ endsAfterMs: 0 })
    const fake = fakeEnterpriseScheduler({ '42': work }, 0)
    let removed = false
    const { fetch } = troubled(fake, (request, nth) => {
      if (request.method !== 'DELETE') return undefined
      if (nth === 0) {
        removed = true
        return lost()
      }
      const body = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'no such request' }
      return removed ? json(404, body) : undefined
    })
    const system = enterpriseScheduler({ baseUrl, fetch, auth: basic({ username: 'u', password: 'p' }) })
    expect(await onVirtualClock(() => system.purge({ requestId: 42 }))).toMatchObject({ outcome: 'gone', attempts: 2 })
  })
})

describe('Restate’s cancel', () => {
  const setUp = (work: Work, trouble: (fake: Fake) => Trouble, api: 'patch' | 'delete' = 'patch') => {
    const fake = fakeRestate({ [ids.restate]: work })
    const { fetch, changes } = troubled(fake, trouble(fake))
    return { changes, stop: () => restate({ baseUrl, fetch, api }).stop(invocation) }
  }
  const arrivesAndIsLost =
    (fake: Fake): Trouble =>
    async (request) => {
      await fake(request)
      return lost()
    }

  test.each(['patch', 'delete'] as const)('by %s: refused, then throttled, then sent', async (api) => {
    const troubles: Trouble = (_, nth) =>
      [() => lost('ECONNREFUSED'), () => json(429, {}), () => new Response(null, { status: 202 })][nth]?.()
    const { stop, changes } = setUp(new Work(), () => troubles, api)
    expect(await onVirtualClock(stop)).toMatchObject({ outcome: 'accepted', attempts: 3 })
    expect(changes()).toHaveLength(3)
  })

  test.each(['patch', 'delete'] as const)('by %s: lost, it is not sent again but read back', async (api) => {
    const { stop, changes } = setUp(new Work({ gracefulTakesMs: 0 }), arrivesAndIsLost, api)
    const receipt = await onVirtualClock(stop)
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', attempts: 1 })
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['earlier-try-unanswered'])
    expect(changes()).toHaveLength(1)
  })

  test('lost, and the invocation has ended in its own way', async () => {
    const { stop } = setUp(new Work({ endsAfterMs: 0 }), () => () => lost())
    expect(await onVirtualClock(stop)).toMatchObject({ outcome: 'already-ended', phase: 'succeeded', attempts: 1 })
  })

  test.each([
    ['goes on', new Work(), () => lost(), 'unavailable'],
    ['has no record', undefined, () => lost(), 'unavailable'],
    ['goes on, after a 503', new Work(), () => json(503, {}), 'unavailable'],
    ['goes on, after an answer that is none', new Work(), () => new Response('<html>'), 'protocol'],
  ])('lost, and the invocation %s: the error stays ambiguous', async (_, work, trouble, code) => {
    const fake = fakeRestate(work === undefined ? {} : { [ids.restate]: work })
    const { fetch, changes } = troubled(fake, trouble)
    const error = await errorOf(() => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation))
    expect(error).toMatchObject({ code, operation: 'cancelInvocation', attempts: 1, ambiguous: true })
    expect(changes()).toHaveLength(1)
  })

  test('lost, and the read-back fails too: the error is that of the cancel', async () => {
    const { fetch } = watched(() => lost())
    const error = await errorOf(() => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation))
    expect(error).toMatchObject({ operation: 'cancelInvocation', attempts: 1, ambiguous: true })
  })

  test('ended by the caller’s signal: nothing is read back', async () => {
    const controller = new AbortController()
    const { fetch, reads } = troubled(fakeRestate({ [ids.restate]: new Work() }), async () => {
      controller.abort()
      return new Promise<never>(() => {})
    })
    const { signal } = controller
    const error = await errorOf(() => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation, { signal }))
    expect(error).toMatchObject({ code: 'aborted', ambiguous: true })
    expect(reads()).toEqual([])
  })

  test('a kill is sent again', async () => {
    const { fetch, changes } = troubled(fakeRestate({ [ids.restate]: new Work() }), (_, nth) =>
      nth === 0 ? lost() : undefined,
    )
    const stop = () => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation, { mode: 'force' })
    expect(await onVirtualClock(stop)).toMatchObject({ outcome: 'stopped', attempts: 2 })
    expect(changes()).toHaveLength(2)
  })
})

describe('credentials', () => {
  const system = (tokens: Fetch, fetch: Fetch) =>
    enterpriseScheduler({
      baseUrl,
      fetch,
      auth: oauth2ClientCredentials({
        tokenUrl: 'http://127.0.0.1:8/token',
        clientId: 'id',
        clientSecret: 'a-secret',
        scope: 's',
        fetch: tokens,
      }),
    })
  const token = () => json(200, { access_token: 'token-1', expires_in: 3600 })

  test('a token endpoint that is down for a moment is asked again; the stop is sent once', async () => {
    let asked = 0
    const { fetch, changes } = troubled(fakeEnterpriseScheduler({ '42': new Work() }, 0), () => undefined)
    const tokens: Fetch = async () => (asked++ === 0 ? json(503, {}) : token())
    const receipt = await onVirtualClock(() => system(tokens, fetch).stop({ requestId: 42 }))
    expect(receipt).toMatchObject({ outcome: 'accepted', attempts: 1 })
    expect([asked, changes().length]).toEqual([2, 1])
  })

  test.each([400, 401, 403])('one that refuses (%i) is not', async (status) => {
    let asked = 0
    const tokens: Fetch = async () => {
      asked += 1
      return json(status, { error: 'invalid_client' })
    }
    const error = await errorOf(() => system(tokens, async () => lost()).stop({ requestId: 42 }))
    expect(error).toMatchObject({ attempts: 0, ambiguous: false })
    expect(asked).toBe(1)
  })

  test('a kept token that is refused is fetched anew once, also with retry: false', async () => {
    const { fetch, changes } = troubled(fakeEnterpriseScheduler({ '42': new Work() }, 0), (_, nth) =>
      nth === 0 ? json(401, {}) : undefined,
    )
    const receipt = await onVirtualClock(() =>
      system(async () => token(), fetch).stop({ requestId: 42 }, { retry: false }),
    )
    expect(receipt).toMatchObject({ outcome: 'accepted', attempts: 2 })
    expect(changes()).toHaveLength(2)
  })
})
