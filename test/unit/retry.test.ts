/** The rules of trying again, without a network: which failures, and after which pauses. */
import { functionCompute, isStopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { checkRetry, defaultRetry, type FailedTry, mayTryAgain, noRetry, pauseMs } from '../../src/core/call/retry.js'
import { retryAfterMs } from '../../src/core/http/http-status.js'
import { backoffMs } from '../../src/core/time/backoff.js'
import { operation } from '../../src/core/words/operation.js'

describe('the option retry', () => {
  const refused = (retry: unknown): string => {
    try {
      functionCompute({ baseUrl: 'http://127.0.0.1:9', retry: retry as false })
    } catch (error) {
      if (isStopError(error) && error.code === 'invalid_argument') return error.message
      throw error
    }
    throw new Error('accepted')
  }

  test.each([
    ['a number', 3, 'retry'],
    ['true', true, 'retry'],
    ['null', null, 'retry'],
    ['a misspelt field', { attempt: 3 }, 'retry.attempt'],
    ['no tries', { attempts: 0 }, 'retry.attempts'],
    ['half a try', { attempts: 1.5 }, 'retry.attempts'],
    ['101 tries', { attempts: 101 }, 'retry.attempts'],
    ['a text', { attempts: '3' }, 'retry.attempts'],
    ['a pause of nothing', { minDelayMs: 0 }, 'retry.minDelayMs'],
    ['NaN', { maxDelayMs: Number.NaN }, 'retry.maxDelayMs'],
    ['the shortest above the longest', { minDelayMs: 10, maxDelayMs: 5 }, 'retry.minDelayMs'],
  ])('%s is refused, by name', (_, retry, field) => {
    expect(refused(retry)).toContain(field)
  })

  test.each([
    [undefined, defaultRetry],
    [false, noRetry],
    [{}, defaultRetry],
    [{ attempts: 7 }, { ...defaultRetry, attempts: 7 }],
    [{ attempts: 100 }, { ...defaultRetry, attempts: 100 }],
    // What is not given gives way to what is.
    [{ minDelayMs: 9_000 }, { ...defaultRetry, minDelayMs: 9_000, maxDelayMs: 9_000 }],
    [{ maxDelayMs: 50 }, { ...defaultRetry, minDelayMs: 50, maxDelayMs: 50 }],
    [{ minDelayMs: 300 }, { ...defaultRetry, minDelayMs: 300 }],
    [{ maxDelayMs: 9_000 }, { ...defaultRetry, maxDelayMs: 9_000 }],
    [
      { minDelayMs: 5, maxDelayMs: 5 },
      { ...defaultRetry, minDelayMs: 5, maxDelayMs: 5 },
    ],
  ])('%j', (retry, settings) => {
    expect(checkRetry(retry, defaultRetry)).toEqual(settings)
  })

  test("a call that says nothing has the system's", () => {
    const own = { attempts: 2, minDelayMs: 3, maxDelayMs: 4 }
    expect(checkRetry(undefined, own)).toBe(own)
    expect(checkRetry({ attempts: 9 }, own)).toEqual({ ...own, attempts: 9 })
  })
})

describe('which failures', () => {
  const failed = (some: Partial<FailedTry>): FailedTry => ({
    code: 'unavailable',
    status: undefined,
    mayHaveArrived: true,
    retryAfterMs: undefined,
    ...some,
  })
  const reads = operation('r', 'none', 'GET /r')
  const repeatable = operation('k', 'repeatable', 'POST /k')
  const harmful = operation('c', 'harmful', 'POST /c')

  test.each<[string, Partial<FailedTry>, boolean, boolean, boolean]>([
    ['a lost connection', {}, true, true, false],
    ['a refused connection', { mayHaveArrived: false }, true, true, true],
    ['a time-out', { code: 'deadline_exceeded' }, true, true, false],
    ['429', { code: 'rate_limited', status: 429, mayHaveArrived: false }, true, true, true],
    ['throttling by 400', { code: 'rate_limited', status: 400, mayHaveArrived: false }, true, true, true],
    ['408', { code: 'deadline_exceeded', status: 408 }, true, true, false],
    ['502', { status: 502 }, true, true, false],
    ['503', { status: 503 }, true, true, false],
    ['504', { code: 'deadline_exceeded', status: 504 }, true, true, false],
    ['500', { code: 'unknown', status: 500 }, false, false, false],
    ['501', { code: 'unknown', status: 501 }, false, false, false],
    ['401', { code: 'unauthenticated', status: 401, mayHaveArrived: false }, false, false, false],
    ['404', { code: 'not_found', status: 404, mayHaveArrived: false }, false, false, false],
    ['no HTTP', { code: 'protocol' }, false, false, false],
    ['a signal', { code: 'aborted' }, false, false, false],
    ['a credential that fails', { code: 'unauthenticated', mayHaveArrived: false }, false, false, false],
  ])('%s', (_, some, ofReads, ofRepeatable, ofHarmful) => {
    const all = [reads, repeatable, harmful].map((each) => mayTryAgain(each, failed(some)))
    expect(all).toEqual([ofReads, ofRepeatable, ofHarmful])
  })

  test('a system may have a list of its own', () => {
    const own = operation('d', 'repeatable', 'POST /d', { passing: [500] })
    expect(mayTryAgain(own, failed({ status: 500, code: 'unknown' }))).toBe(true)
    expect(mayTryAgain(own, failed({ status: 503 }))).toBe(false)
  })
})

describe('the pauses', () => {
  const bounds = { minDelayMs: 100, maxDelayMs: 1_000 }
  test.each([
    [0, 100, 200],
    [1, 100, 400],
    [2, 100, 800],
    [3, 100, 1_000],
    [500, 100, 1_000],
  ])('after try %i: %i to %i ms, evenly', (attempt, least, most) => {
    expect(backoffMs(attempt, bounds, () => 0)).toBe(least)
    expect(backoffMs(attempt, bounds, () => 0.5)).toBe((least + most) / 2)
    expect(backoffMs(attempt, bounds, () => 1)).toBe(most)
  })

  test('what the system asks for is kept to the letter, except that it cannot ask to be hammered', () => {
    const failed: FailedTry = { code: 'rate_limited', status: 429, mayHaveArrived: false, retryAfterMs: 7_000 }
    expect(pauseMs(1, failed, bounds)).toBe(7_000)
    expect(pauseMs(1, { ...failed, retryAfterMs: 0 }, bounds)).toBe(100)
    for (let time = 0; time < 50; time += 1) {
      const first = pauseMs(1, { ...failed, retryAfterMs: undefined }, bounds)
      expect(first).toBeGreaterThanOrEqual(100)
      expect(first).toBeLessThanOrEqual(200)
    }
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-02T03:04:05Z')
  const read = (value: string, date?: string) =>
    retryAfterMs(new Headers({ 'retry-after': value, ...(date === undefined ? {} : { date }) }), now)

  test.each([
    ['seconds', '17', 17_000],
    ['blanks around', ' 17 ', 17_000],
    ['zero', '0', 0],
    ['a date', 'Fri, 02 Jan 2026 03:04:25 GMT', 20_000],
    ['a date in the oldest form, which says no zone', 'Fri Jan  2 03:04:25 2026', 20_000],
    ['a date that has passed', 'Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['more than a day', '99999999', 86_400_000],
    ['more digits than a number has', '9'.repeat(400), 86_400_000],
    ['a date in another century', 'Fri, 02 Jan 2126 03:04:25 GMT', 86_400_000],
    ['a word', 'soon', undefined],
    ['two of them', '1, 1', undefined],
    ['a negative number', '-1', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, value, ms) => {
    expect(read(value)).toBe(ms)
  })

  test("a date counts from the answer's own Date, for clocks differ", () => {
    expect(read('Fri, 02 Jan 2026 05:00:30 GMT', 'Fri, 02 Jan 2026 05:00:00 GMT')).toBe(30_000)
    expect(read('Fri, 02 Jan 2026 03:04:25 GMT', 'no date')).toBe(20_000)
  })

  test('none', () => {
    expect(retryAfterMs(new Headers(), now)).toBeUndefined()
  })
})
