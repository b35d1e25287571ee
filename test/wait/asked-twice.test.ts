/** Work that is asked to stop although a stop is under way: by this process, by another, or by who knows. */
import { enterpriseScheduler, type Fetch, functionGraph, isStopError, restate, type StopOptions } from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeRestate, journalOf } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { watched } from '../support/fakes/watched.js'
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
const target = { invocationId: ids.restate }
const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code)
const caught = (thrown: unknown): unknown => thrown

function invocation(work = new Work()) {
  const { fetch, seen } = watched(fakeRestate({ [ids.restate]: work }))
  const changes = () => seen.filter(({ method }) => method !== 'POST')
  return { work, changes, seen, fetch, system: restate({ baseUrl, fetch, api: 'patch' }) }
}

/** A Restate whose row and journal say what a test wants, and which takes every cancel. */
function telling(row: () => Response | Promise<Response>, journal: () => Response | Promise<Response>) {
  const sent: string[] = []
  const fetch: Fetch = async (url, init) => {
    if (!url.endsWith('/query')) {
      sent.push(url.split('/').at(-1) ?? '')
      return new Response(null, { status: 202 })
    }
    const answer = await (String(init.body).includes('sys_journal') ? journal() : row())
    init.signal?.throwIfAborted()
    return answer
  }
  return { sent, system: restate({ baseUrl, fetch: asFetchOf(fetch), api: 'patch' }) }
}

/** Rejects when the signal fires, as fetch does. */
const asFetchOf =
  (fetch: Fetch): Fetch =>
  (url, init) =>
    new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      fetch(url, init).then(resolve, reject)
    })

const rowOf = (fields: object) => () => json(200, { rows: [{ id: ids.restate, ...fields }] })
const cancelled = () => json(200, { rows: journalOf(ids.restate, { cancelledAt: '2026-01-02T03:00:00.000Z' }) })
const begun = () => json(200, { rows: journalOf(ids.restate, {}) })
const nothing = () => json(200, { rows: [] })
const never = () => new Promise<Response>(() => {})

describe('the receipt of a stop that joins', () => {
  test('says where the work stands, by the read, and that nothing was sent', async () => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    const { response, elapsedMs: _, ...receipt } = await onVirtualClock(() => system.stop(target))
    expect(receipt).toEqual({
      ...{ system: 'restate', kind: 'restate', target, mode: 'graceful', outcome: 'accepted', phase: 'stopping' },
      ...{ native: 'running', httpStatus: 200, attempts: 0 },
      warnings: [{ code: 'already-stopping', message: expect.any(String) }],
    })
    expect(response.body).toMatchObject({ rows: [{ status: 'running' }] })
    expect(sent).toEqual([])
  })

  test('of a paused one stays suspended', async () => {
    const { system, sent } = telling(rowOf({ status: 'paused' }), cancelled)
    expect(await onVirtualClock(() => system.stop(target))).toMatchObject({ phase: 'suspended', native: 'paused' })
    const status = await onVirtualClock(() => system.read(target))
    expect(status).toMatchObject({ phase: 'suspended', ended: false })
    expect(status.why).toBe('cancel recorded at 2026-01-02T03:00:00.000Z; paused: it lands when somebody resumes it')
    expect(sent).toEqual([])
  })
})

describe('it is sent', () => {
  test.each<[string, StopOptions, string]>([
    ['with ifStopping: repeat', { ifStopping: 'repeat' }, 'cancel'],
    ['by force', { mode: 'force' }, 'kill'],
    ['by force, whatever ifStopping says', { mode: 'force', ifStopping: 'join' }, 'kill'],
  ])('%s', async (_, options, verb) => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    expect(await onVirtualClock(() => system.stop(target, options)).catch(caught)).toBeDefined()
    expect(sent).toEqual([verb])
  })

  test.each<[string, () => Response | Promise<Response>, () => Response | Promise<Response>]>([
    ['the row cannot be read', () => json(500, { message: 'no' }), begun],
    ['the row is of another', rowOf({ id: ids.restate.replace(/.$/, 'Z'), status: 'running' }), cancelled],
    ['the row never comes', never, begun],
    ['the journal is not shown', rowOf({ status: 'running' }), nothing],
    ['the journal cannot be read', rowOf({ status: 'running' }), () => json(500, { message: 'no such table' })],
    [
      'the journal is not understood',
      rowOf({ status: 'running' }),
      () => json(200, { rows: [{ id: ids.restate, entry_type: 5 }] }),
    ],
    ['the journal never comes', rowOf({ status: 'running' }), never],
  ])('with a warning when %s', async (_, row, journal) => {
    const { system, sent } = telling(row, journal)
    const began = Date.now()
    const receipt = await onVirtualClock(() => system.stop(target))
    expect(codes(receipt)).toEqual(['children-stopped', 'not-checked'])
    expect(sent).toEqual(['cancel'])
    expect(Date.now() - began).toBeLessThanOrEqual(5_000)
  })

  test('in time, also when there is little', async () => {
    const { system, sent } = telling(never, never)
    const receipt = await onVirtualClock(() => system.stop(target, { timeoutMs: 1_000 }))
    expect(receipt).toMatchObject({ outcome: 'accepted', attempts: 1 })
    expect(receipt.elapsedMs).toBe(250)
    expect(sent).toEqual(['cancel'])
  })

  test.each(['scheduled', 'pending'])('without a warning to one that is %s: no signal can be there', async (status) => {
    const { system, sent } = telling(rowOf({ status }), never)
    expect(codes(await onVirtualClock(() => system.stop(target)))).toEqual(['children-stopped'])
    expect(sent).toEqual(['cancel'])
  })

  test('not at all when the credential is refused, or the signal fires meanwhile', async () => {
    const refused = telling(() => json(401, { message: 'no' }), begun)
    const error = await onVirtualClock(() => refused.system.stop(target)).catch(caught)
    expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1, ambiguous: false })
    const silent = telling(never, never)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const aborted = await onVirtualClock(() => silent.system.stop(target, { signal: controller.signal })).catch(caught)
    expect(aborted).toMatchObject({ code: 'aborted', ambiguous: false })
    expect([...refused.sent, ...silent.sent]).toEqual([])
  })
})

describe('at the same time', () => {
  test('five share one request, under all names', async () => {
    const { system, changes } = invocation()
    const other = system.named('other')
    const all = () => Promise.all([system, other, system, other, system].map((one) => one.stop(target)))
    const receipts = await onVirtualClock(all)
    expect(changes()).toHaveLength(1)
    expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
    expect(receipts.map(({ system: name }) => name)).toEqual(['restate', 'other', 'restate', 'other', 'restate'])
    expect(receipts.map(codes)).toEqual([['children-stopped'], ...Array(4).fill(['already-stopping'])])
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

  test('when the first gives up, the next goes on, and looks for itself', async () => {
    const { system, work, seen } = slow(500, 100)
    const controller = new AbortController()
    // While the cancel is on its way: it arrives all the same.
    setTimeout(() => controller.abort(), 400)
    const first = system.stop(target, { signal: controller.signal }).catch(caught)
    const others = [system.stop(target), system.stop(target)]
    const [gone, ...receipts] = await onVirtualClock(() => Promise.all([first, ...others]))
    expect(isStopError(gone) && gone.ambiguous).toBe(true)
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
    expect(seen.filter(({ method }) => method === 'PATCH').length).toBeLessThanOrEqual(2)
    expect(work.stops.length).toBeGreaterThan(0)
  })

  test('an error of the first is not the others’', async () => {
    let tries = 0
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const fetch = asFetch((request) => {
      if (request.method === 'PATCH' && ++tries === 1) return json(503, { message: 'no', restate_code: null })
      return fake(request)
    })
    const system = restate({ baseUrl, fetch, api: 'patch', retry: false })
    const ends = await onVirtualClock(() =>
      Promise.all([system.stop(target).catch(caught), system.stop(target), system.stop(target)]),
    )
    expect(ends).toMatchObject([{ code: 'unavailable' }, { outcome: 'accepted' }, { outcome: 'accepted' }])
    expect(tries).toBe(2)
  })

  test('an answer that it had ended is each one’s own to get', async () => {
    const { system, changes } = invocation(new Work({ endsAfterMs: 0 }))
    const receipts = await onVirtualClock(() => Promise.all([system.stop(target), system.stop(target)]))
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['already-ended', 'already-ended'])
    expect(changes()).toHaveLength(2)
  })
})

describe('ifStopping', () => {
  test.each(['jion', 5, null, {}])('%j is refused', async (ifStopping) => {
    const { system, seen } = invocation()
    const error = await system.stop(target, { ifStopping } as never).catch(caught)
    expect(error).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('ifStopping') })
    expect(seen).toEqual([])
  })

  test('a system without a graceful stop has nothing to join', async () => {
    const system = functionGraph({ baseUrl, fetch: async () => new Response() })
    const error = await system
      .stop({ functionUrn: ids.urn, requestId: ids.uuid }, { ifStopping: 'join' } as never)
      .catch(caught)
    expect(error).toMatchObject({ code: 'unsupported', attempts: 0 })
  })

  test('a wait takes it too', async () => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    const wait = () => system.stopAndWait(target, { deadlineMs: 1_000, ifStopping: 'repeat' })
    expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'accepted', phase: 'stopping', attempts: 1 })
    expect(sent).toEqual(['cancel'])
  })
})

test('after a force that was sent in a wait the looks begin anew', async () => {
  const { fetch, seen } = watched(fakeEnterpriseScheduler({ '42': new Work({ forceTakesMs: 40 }) }, 1_000))
  const system = enterpriseScheduler({ baseUrl, fetch })
  const poll = { minDelayMs: 50, maxDelayMs: 16_000 }
  const options = { deadlineMs: 120_000, escalateAfterMs: 60_000, poll }
  const receipt = await onVirtualClock(() => system.stopAndWait({ requestId: 42 }, options))
  expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
  const forced = seen.find(({ path }) => path.endsWith('/forceCancel'))?.atMs ?? 0
  expect(forced).toBeGreaterThanOrEqual(60_000)
  expect((seen.at(-1)?.atMs ?? 0) - forced).toBeLessThan(1_000)
})
