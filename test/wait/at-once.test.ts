/** Stops of one target at the same time, or a moment after one that got no answer: one request, and nobody's harm. */
import { restate } from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { baseUrl, codes } from '../support/examples.js'
import { caught, invocation, target } from '../support/fakes/asked.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

describe('at the same time', () => {
  test('five share one request, under all names', async () => {
    const { system, changes } = invocation()
    const other = system.named('other')
    const all = () => Promise.all([system, other, system, other, system].map((one) => one.stop(target)))
    const receipts = await onVirtualClock(all)
    expect(changes()).toHaveLength(1)
    expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
    expect(receipts.map(({ system: name }) => name)).toEqual(['restate', 'other', 'restate', 'other', 'restate'])
    expect(receipts.map(codes)).toEqual([
      ['children-stopped'],
      ...Array(4).fill(['children-stopped', 'already-stopping']),
    ])
  })

  test('stops of other targets, by force, and repeats do not', async () => {
    const second = { invocationId: ids.restate.replace(/.$/, 'Z') }
    const works = { [ids.restate]: new Work({ forceTakesMs: 9_000 }), [second.invocationId]: new Work() }
    const { fetch, seen } = watched(fakeRestate(works))
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const force = { mode: 'force' } as const
    const repeat = { ifStopping: 'repeat' } as const
    await onVirtualClock(() => Promise.all([system.stop(target), system.stop(second), system.stop(target, force)]))
    expect(seen.filter(({ method }) => method === 'PATCH')).toHaveLength(3)
    await onVirtualClock(() => Promise.all([system.stop(second, repeat), system.stop(second, repeat)]))
    expect(seen.filter(({ method }) => method === 'PATCH')).toHaveLength(5)
  })

  /** A Restate that takes a cancel after a while; `lookMs` is how long the look before takes. */
  function slow(cancelMs: number, lookMs = 0) {
    const work = new Work({ gracefulTakesMs: 60_000 })
    const fake = fakeRestate({ [ids.restate]: work })
    const { fetch, seen } = watched(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, request.url.endsWith('/query') ? lookMs : cancelMs))
      return fake(request)
    })
    return { work, seen, system: restate({ baseUrl, fetch, api: 'patch', retry: false }) }
  }

  test('each keeps its own signal and its own time', async () => {
    const { system, work } = slow(5_000)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1_000)
    const first = system.stop(target)
    const aborted = system.stop(target, { signal: controller.signal }).catch(caught)
    const hurried = system.stop(target, { timeoutMs: 2_000 }).catch(caught)
    const ends = await onVirtualClock(() => Promise.all([first, aborted, hurried]))
    // The request that they shared may have stopped the work.
    expect(ends).toMatchObject([
      { outcome: 'accepted', attempts: 1 },
      { code: 'aborted', ambiguous: true, attempts: 0 },
      { code: 'deadline_exceeded', ambiguous: true, attempts: 0 },
    ])
    expect(work.stops).toHaveLength(1)
  })

  test('who gives up before anything was sent is not in doubt', async () => {
    const { system } = slow(5_000, 2_000)
    const first = system.stop(target)
    const hurried = system.stop(target, { timeoutMs: 1_000 }).catch(caught)
    expect(await onVirtualClock(() => Promise.all([first, hurried]))).toMatchObject([
      { outcome: 'accepted' },
      { code: 'deadline_exceeded', ambiguous: false },
    ])
  })

  test('when the first gives up while its cancel is on its way, none is sent again: it is only looked for', async () => {
    const { system, work, seen } = slow(5_000, 100)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1_000)
    const first = system.stop(target, { signal: controller.signal }).catch(caught)
    const stop = system.stop(target).catch(caught)
    const wait = system.named('other').stopAndWait(target, { deadlineMs: 100_000 })
    const [gone, open, waited] = await onVirtualClock(() => Promise.all([first, stop, wait]))
    expect(gone).toMatchObject({ code: 'aborted', ambiguous: true, attempts: 1 })
    expect(open).toMatchObject({ code: 'unavailable', ambiguous: true, attempts: 0 })
    expect(String(open)).toContain('got no answer and may still arrive')
    // It arrived after all, and was seen to.
    expect(waited).toMatchObject({ outcome: 'stopped', attempts: 0 })
    expect(work.stops).toHaveLength(1)
    expect(seen.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
  })

  test('nor when somebody asks a moment later; only when its time is over, or on demand', async () => {
    let lost = 0
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const fetch = asFetch((request) => {
      if (request.method !== 'PATCH' || ++lost > 1) return fake(request)
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
    })
    const make = () => restate({ baseUrl, fetch, api: 'patch', attemptTimeoutMs: 8_000 })
    const system = make()
    const stop = (options = {}) => onVirtualClock(() => system.stop(target, options).catch(caught))
    expect(await stop()).toMatchObject({ ambiguous: true, attempts: 1 })
    expect(await stop()).toMatchObject({ ambiguous: true, attempts: 0 })
    expect(lost).toBe(1)
    vi.advanceTimersByTime(8_001)
    expect(await stop()).toMatchObject({ outcome: 'accepted', attempts: 1 })
    expect(await stop({ ifStopping: 'repeat' })).toMatchObject({ outcome: 'accepted', attempts: 1 })
  })

  test('when it is seen to have arrived, it is joined', async () => {
    const work = new Work({ gracefulTakesMs: 60_000 })
    const fake = fakeRestate({ [ids.restate]: work })
    let answered = false
    const fetch = asFetch(async (request) => {
      const answer = await fake(request)
      // The answer to the cancel is lost, and so is the look after it.
      if (request.method === 'PATCH')
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
      return answered ? answer : work.stops.length === 0 ? answer : json(503, {})
    })
    const system = restate({ baseUrl, fetch, api: 'patch', retry: false })
    const stop = () => onVirtualClock(() => system.stop(target).catch(caught))
    expect(await stop()).toMatchObject({ code: 'unavailable', ambiguous: true, attempts: 1 })
    answered = true
    const receipt = await stop()
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', attempts: 0 })
    expect(codes(receipt as never)).toEqual(['children-stopped', 'already-stopping'])
    expect(work.stops).toHaveLength(1)
  })

  test('what has ended meanwhile is said to have, with the doubt', async () => {
    const work = new Work({ gracefulTakesMs: 10 })
    const fake = fakeRestate({ [ids.restate]: work })
    const fetch = asFetch(async (request) => {
      if (request.method !== 'PATCH') return work.stops.length > 0 && !work.ended ? json(503, {}) : fake(request)
      await fake(request)
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
    })
    const system = restate({ baseUrl, fetch, api: 'patch', retry: false })
    expect(await onVirtualClock(() => system.stop(target).catch(caught))).toMatchObject({ ambiguous: true })
    vi.advanceTimersByTime(100)
    const receipt = await onVirtualClock(() => system.stop(target))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', attempts: 0 })
    expect(codes(receipt)).toContain('earlier-try-unanswered')
  })

  test("an error of the first that says that nothing arrived is not the others'", async () => {
    let tries = 0
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const fetch = asFetch((request) => {
      if (request.method === 'PATCH' && ++tries === 1) return json(429, {})
      return fake(request)
    })
    const system = restate({ baseUrl, fetch, api: 'patch', retry: false })
    const ends = await onVirtualClock(() =>
      Promise.all([system.stop(target).catch(caught), system.stop(target), system.stop(target)]),
    )
    expect(ends).toMatchObject([{ code: 'rate_limited' }, { outcome: 'accepted' }, { outcome: 'accepted' }])
    expect(tries).toBe(2)
  })

  test("an answer that it had ended is each one's own to get", async () => {
    const { system, changes } = invocation(new Work({ endsAfterMs: 0 }))
    const receipts = await onVirtualClock(() => Promise.all([system.stop(target), system.stop(target)]))
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['already-ended', 'already-ended'])
    expect(changes()).toHaveLength(2)
  })
})
