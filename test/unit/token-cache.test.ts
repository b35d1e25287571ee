/** The token cache alone, on a clock of the test's own: who asks, who waits, and when it asks again. */
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type TokenCache, tokenCache } from '../../src/core/credential/token-cache.js'
import { StopError } from '../../src/core/words/error.js'
import type { StopErrorCode } from '../../src/core/words/error-code.js'

const start = Date.parse('2026-01-02T03:04:05Z')
const hourMs = 3_600_000
const patient = new AbortController().signal

interface Answer {
  readonly token: string
  readonly expiresAt?: Date | undefined
}

interface Bench {
  readonly cache: TokenCache
  /** How many times a token was asked for. */
  asked(): number
  /** Sets the time of day. */
  pass(ms: number): void
}

/** A cache that renews a minute before the end and keeps a token of unknown end for five minutes. */
function bench(answer: (nth: number, abandoned: AbortSignal) => Answer | Promise<Answer>): Bench {
  let now = start
  let nth = 0
  const cache = tokenCache({
    refreshBeforeMs: 60_000,
    keepMs: 300_000,
    clock: () => new Date(now),
    fetchToken: async (abandoned) => {
      nth += 1
      return answer(nth, abandoned)
    },
  })
  return {
    cache,
    asked: () => nth,
    pass: (ms) => {
      now += ms
    },
  }
}

const forAnHour = (nth: number): Answer => ({ token: `t${nth}`, expiresAt: new Date(start + nth * hourMs) })
const failure = (code: StopErrorCode): StopError =>
  new StopError(code, `oauth2: ${code}`, {
    system: 'credential',
    kind: 'credential',
    operation: 'oauth2',
    attempts: 1,
    ambiguous: false,
  })
/** An answer that comes when the test says so. */
function gate(): { promise: Promise<Answer>; resolve: (answer: Answer) => void; reject: (reason: unknown) => void } {
  let resolve: (answer: Answer) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<Answer>((onAnswer, onFailure) => {
    resolve = onAnswer
    reject = onFailure
  })
  return { promise, resolve, reject }
}
/** Until everything that is settled has been heard. */
const turn = () => new Promise((resolve) => setTimeout(resolve))
const fifty = (cache: TokenCache): Promise<string>[] => Array.from({ length: 50 }, () => cache.get(patient))

describe('one request for all who wait', () => {
  test('fifty at once get the same token', async () => {
    const { cache, asked } = bench(forAnHour)
    expect(new Set(await Promise.all(fifty(cache)))).toEqual(new Set(['t1']))
    expect(asked()).toBe(1)
  })

  test('fifty at once get the same failure, and the next asks anew', async () => {
    const { cache, asked } = bench((nth) => (nth === 1 ? Promise.reject(failure('unavailable')) : forAnHour(nth)))
    const ends = await Promise.allSettled(fifty(cache))
    const reasons = new Set(ends.map((end) => (end.status === 'rejected' ? end.reason : 'none')))
    expect([...reasons]).toEqual([expect.objectContaining({ code: 'unavailable' })])
    expect(asked()).toBe(1)
    expect(await cache.get(patient)).toBe('t2')
  })

  test('a source that throws something else does not stay broken either', async () => {
    const { cache } = bench((nth) => {
      if (nth === 1) throw new TypeError('broken')
      return forAnHour(nth)
    })
    await expect(cache.get(patient)).rejects.toThrow('broken')
    expect(await cache.get(patient)).toBe('t2')
  })
})

describe("a caller's signal", () => {
  test("ends that caller's wait and nobody else's", async () => {
    const { promise, resolve } = gate()
    const { cache, asked } = bench(() => promise)
    const hasty = new AbortController()
    const first = cache.get(hasty.signal)
    const second = cache.get(patient)
    hasty.abort(new Error('enough'))
    await expect(first).rejects.toThrow()
    resolve({ token: 't1' })
    expect(await second).toBe('t1')
    expect(asked()).toBe(1)
  })

  test("ends the request when it was the last one's; the next asks anew", async () => {
    const signals: AbortSignal[] = []
    const { cache, asked } = bench((nth, abandoned) => {
      signals.push(abandoned)
      return nth === 1 ? gate().promise : forAnHour(nth)
    })
    const [hasty, slow] = [new AbortController(), new AbortController()]
    const both = [cache.get(hasty.signal), cache.get(slow.signal)].map((wait) => wait.catch(() => 'gave up'))
    hasty.abort()
    expect(await both[0]).toBe('gave up')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    slow.abort()
    expect(await both[1]).toBe('gave up')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(await cache.get(patient)).toBe('t2')
    expect(asked()).toBe(2)
  })

  test('a token that comes after the last has given up takes the place of none', async () => {
    const { promise, resolve } = gate()
    const { cache, asked } = bench((nth) => (nth === 1 ? promise : { token: `t${nth}` }))
    const hasty = new AbortController()
    const only = cache.get(hasty.signal)
    hasty.abort()
    await expect(only).rejects.toThrow()
    expect(await cache.get(patient)).toBe('t2')
    resolve({ token: 't1' })
    await turn()
    expect(await cache.get(patient)).toBe('t2')
    expect(asked()).toBe(2)
  })

  test('nor is a refusal that comes so late given to those who ask anew', async () => {
    const { promise, reject } = gate()
    const { cache, asked } = bench((nth) => (nth === 1 ? promise : { token: `t${nth}` }))
    const hasty = new AbortController()
    const only = cache.get(hasty.signal)
    hasty.abort()
    await expect(only).rejects.toThrow()
    reject(failure('unauthenticated'))
    await turn()
    expect(await cache.get(patient)).toBe('t2')
    expect(asked()).toBe(2)
  })

  test('a failure that nobody waits for any more is not an unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): number => unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const { promise, reject } = gate()
      const { cache } = bench(() => promise)
      const hasty = new AbortController()
      const only = cache.get(hasty.signal)
      hasty.abort()
      await expect(only).rejects.toThrow()
      reject(failure('unavailable'))
      await turn()
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })

  test('that is aborted already waits for nothing, and nothing is asked', async () => {
    const { cache, asked } = bench(() => gate().promise)
    await expect(cache.get(AbortSignal.abort())).rejects.toThrow()
    expect(asked()).toBe(0)
  })

  test('gets one listener, however often it is used', async () => {
    const { signal } = new AbortController()
    const { cache } = bench((nth) => ({ token: `t${nth}`, expiresAt: new Date(start) }))
    for (let call = 0; call < 20; call += 1) await cache.get(signal)
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1)
  })
})

describe('how long a token is used', () => {
  test.each([
    ['a millisecond before it is due to be renewed', hourMs - 60_001, 't1'],
    ['when it is due to be renewed', hourMs - 60_000, 't2'],
    ['after its end', hourMs + 1, 't2'],
  ])('%s', async (_when, ms, token) => {
    const { cache, pass } = bench(forAnHour)
    await cache.get(patient)
    pass(ms)
    expect(await cache.get(patient)).toBe(token)
  })

  test('without a known end it is kept for the time given', async () => {
    const { cache, pass } = bench((nth) => ({ token: `t${nth}` }))
    await cache.get(patient)
    pass(299_999)
    expect(await cache.get(patient)).toBe('t1')
    pass(1)
    expect(await cache.get(patient)).toBe('t2')
  })

  test('one that is about to end still serves all who waited for it', async () => {
    const { cache, asked } = bench((nth) => ({ token: `t${nth}`, expiresAt: new Date(start + 1) }))
    expect(new Set(await Promise.all(fifty(cache)))).toEqual(new Set(['t1']))
    expect(asked()).toBe(1)
  })
})

describe('a token that a system did not accept', () => {
  test('is fetched anew, once for all who had it', async () => {
    const { cache, asked } = bench(forAnHour)
    await cache.get(patient)
    for (let caller = 0; caller < 50; caller += 1) cache.drop('t1')
    expect(new Set(await Promise.all(fifty(cache)))).toEqual(new Set(['t2']))
    expect(asked()).toBe(2)
  })

  test('that was renewed meanwhile does not take the new one along', async () => {
    const { cache, asked } = bench(forAnHour)
    await cache.get(patient)
    cache.drop('t1')
    await cache.get(patient)
    cache.drop('t1')
    expect(await cache.get(patient)).toBe('t2')
    expect(asked()).toBe(2)
  })
})

describe('a refusal of the token endpoint', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each<StopErrorCode>(['unauthenticated', 'permission_denied', 'invalid_argument'])(
    '%s is given again for five seconds without asking',
    async (code) => {
      const { cache, asked } = bench(() => Promise.reject(failure(code)))
      const first: unknown = await cache.get(patient).catch((thrown) => thrown)
      vi.advanceTimersByTime(4_999)
      const again = await Promise.allSettled(fifty(cache))
      expect(new Set(again.map((end) => (end.status === 'rejected' ? end.reason : 'none')))).toEqual(new Set([first]))
      expect(asked()).toBe(1)
      vi.advanceTimersByTime(1)
      await expect(cache.get(patient)).rejects.toMatchObject({ code })
      expect(asked()).toBe(2)
    },
  )

  test.each([
    ['back', -hourMs],
    ['forward', hourMs],
  ])('lasts as long when the time of day is set %s meanwhile', async (_way, ms) => {
    const { cache, asked, pass } = bench(() => Promise.reject(failure('unauthenticated')))
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    pass(ms)
    vi.advanceTimersByTime(4_999)
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(asked()).toBe(1)
    vi.advanceTimersByTime(1)
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(asked()).toBe(2)
  })

  test('dropping the token that led to it does not lift it', async () => {
    const { cache, asked } = bench((nth) => (nth === 1 ? forAnHour(1) : Promise.reject(failure('unauthenticated'))))
    await cache.get(patient)
    cache.drop('t1')
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    cache.drop('t1')
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(asked()).toBe(2)
  })

  test('is over with the next token', async () => {
    const { cache } = bench((nth) => (nth === 1 ? Promise.reject(failure('unauthenticated')) : forAnHour(nth)))
    await expect(cache.get(patient)).rejects.toMatchObject({ code: 'unauthenticated' })
    vi.advanceTimersByTime(5_000)
    expect(await cache.get(patient)).toBe('t2')
    cache.drop('t2')
    expect(await cache.get(patient)).toBe('t3')
  })

  test.each<StopErrorCode>(['unavailable', 'deadline_exceeded', 'protocol'])('%s is none', async (code) => {
    const { cache, asked } = bench(() => Promise.reject(failure(code)))
    await expect(cache.get(patient)).rejects.toMatchObject({ code })
    await expect(cache.get(patient)).rejects.toMatchObject({ code })
    expect(asked()).toBe(2)
  })
})
