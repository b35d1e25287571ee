/** Waits that go another way than the straight one: force is refused, nothing can be read, nobody knows the target. */
import { type Fetch, restate, serviceFabric } from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
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
const shop = { applicationId: 'fabric:/shop/orders' }

describe('escalation that is refused', () => {
  /** A cluster whose answers to a forced delete are `replies`, one after the other, and then its own. */
  function cluster(work: Work, replies: (() => Response)[]) {
    const fake = fakeServiceFabric({ 'shop~orders': work })
    const forced: number[] = []
    const fetch = asFetch((request) => {
      if (!request.url.includes('ForceRemove=true')) return fake(request)
      forced.push(Date.now())
      return replies.shift()?.() ?? fake(request)
    })
    return { system: serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5 }), forced }
  }
  const conflict = () => json(409, { Error: { Code: 'FABRIC_E_WRITE_CONFLICT', Message: 'Write conflict' } })
  const refused = (): never => {
    throw Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    })
  }
  const options = { deadlineMs: 120_000, escalateAfterMs: 10_000 }

  test('by a conflict: it is not tried again, the wait goes on, and the receipt says why', async () => {
    const { system, forced } = cluster(new Work(), [conflict, conflict])
    const receipt = await onVirtualClock(() => system.stopAndWait(shop, options))
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase: 'stopping' })
    expect(receipt.why).toContain('FABRIC_E_WRITE_CONFLICT')
    expect(forced).toHaveLength(1)
  })

  test('by a connection that was never made: nothing was spent, so it is tried at the next look', async () => {
    const work = new Work()
    const { system, forced } = cluster(work, [refused, refused])
    const receipt = await onVirtualClock(() => system.stopAndWait(shop, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', phase: 'gone' })
    expect(forced).toHaveLength(3)
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
  })

  test('by a missing role: that cannot pass, and the error says that the stop was accepted', async () => {
    const denied = () => json(403, { Error: { Code: 'E_ACCESSDENIED', Message: 'Access denied.' } })
    const { system } = cluster(new Work(), [denied])
    await expect(onVirtualClock(() => system.stopAndWait(shop, options))).rejects.toMatchObject({
      code: 'permission_denied',
      receipt: { outcome: 'accepted' },
    })
  })
})

describe('a stop that any id would have been granted', () => {
  /** Restate's DELETE without a query before it; afterwards the query tells that there is no such row. */
  function blindAtFirst(): Fetch {
    const fake = asFetch(fakeRestate({}))
    let queries = 0
    return async (url, init) => {
      if (url.endsWith('/query')) return queries++ === 0 ? new Response('', { status: 404 }) : fake(url, init)
      return new Response(null, { status: 202 })
    }
  }
  const target = { invocationId: ids.restate }
  const system = () => restate({ baseUrl, api: 'delete', fetch: blindAtFirst() })

  test('is not found when there is no record afterwards', async () => {
    await expect(onVirtualClock(() => system().stopAndWait(target, { deadlineMs: 5_000 }))).rejects.toMatchObject({
      code: 'not_found',
      receipt: { outcome: 'accepted', httpStatus: 202 },
    })
  })

  test('or gone, if that is good enough', async () => {
    const options = { deadlineMs: 5_000, ifMissing: 'accept' as const }
    expect(await onVirtualClock(() => system().stopAndWait(target, options))).toMatchObject({ outcome: 'gone' })
  })
})

describe('waitUntilEnded that learns nothing', () => {
  const silent = restate({ baseUrl, fetch: asFetch(() => json(503, {})) })
  const target = { invocationId: ids.restate }

  test('is an error at the deadline: there is no state to give back', async () => {
    await expect(onVirtualClock(() => silent.waitUntilEnded(target, { deadlineMs: 5_000 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
      ambiguous: false,
    })
  })

  test('ends with the signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1_234)
    const options = { deadlineMs: 60_000, signal: controller.signal }
    await expect(onVirtualClock(() => silent.waitUntilEnded(target, options))).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a signal that had fired before: nothing is asked', async () => {
    const asked: string[] = []
    const fetch = asFetch((request) => {
      asked.push(request.url)
      return json(503, {})
    })
    const options = { deadlineMs: 60_000, signal: AbortSignal.abort() }
    await expect(restate({ baseUrl, fetch }).waitUntilEnded(target, options)).rejects.toMatchObject({ code: 'aborted' })
    expect(asked).toEqual([])
  })
})
