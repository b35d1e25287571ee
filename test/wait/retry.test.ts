/** Trying again, on a virtual clock: when, how often, until when, and with which credential. */
import { acs3, enterpriseScheduler, type Fetch, functionCompute, oauth2ClientCredentials } from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { baseUrl, task } from '../support/examples.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { json } from '../support/fakes/serve.js'
import { errorOf, lost, type Trouble, troubled } from '../support/fakes/troubled.js'
import type { Seen } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

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

  test("the call's own number goes before the system's", async () => {
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
      "Retry-After as a date, by the server's clock",
      { 'retry-after': 'Fri, 02 Jan 2026 09:00:07 GMT', date: 'Fri, 02 Jan 2026 09:00:00 GMT' },
      7_000,
    ],
    ["the gateway's own header, in milliseconds", { 'x-acs-retry-after': '1234' }, 1_234],
    ['nothing less than the shortest pause', { 'retry-after': '0' }, 200],
  ])('%s is obeyed to the letter', async (_, headers, ms) => {
    const { run, changes } = stop((__, nth) => (nth === 0 ? json(429, {}, headers) : undefined))
    await onVirtualClock(run)
    expect(gaps(changes())).toEqual([ms])
  })

  test.each([
    ['503', 503, { errorCode: 'ResourceThrottled', errorMessage: '' }],
    ["the gateway's throttling", 400, { Code: 'Throttling.User', Message: '' }],
  ])('x-acs-retry-after goes with %s too', async (_, status, body) => {
    const { run, changes } = stop((__, nth) =>
      nth === 0 ? json(status, body, { 'x-acs-retry-after': '3000' }) : undefined,
    )
    await onVirtualClock(run)
    expect(gaps(changes())).toEqual([3_000])
  })

  test("a Retry-After beyond the call's time ends it at once, and is told", async () => {
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
