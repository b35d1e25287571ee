/** Stopping, waiting and escalating on the four clouds' fakes, on a virtual clock. */
import {
  authToken,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  serviceFabric,
  type WaitReceipt,
} from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeFunctionGraph } from '../support/fakes/functiongraph.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { type Seen, watched } from '../support/fakes/watched.js'
import { type Script, Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

interface Cloud {
  readonly work: Work
  readonly seen: readonly Seen[]
  stop(deadlineMs: number): Promise<WaitReceipt>
}

/** The four clouds alike: a system over a fake with one piece of work. */
const clouds = {
  functiongraph: (script: Script) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeFunctionGraph({ [ids.uuid]: work }))
    const system = functionGraph({ baseUrl, fetch, auth: authToken('t') })
    const target = { functionUrn: ids.urn, requestId: ids.uuid }
    return { work, seen, stop: (deadlineMs: number) => system.stopAndWait(target, { deadlineMs }) }
  },
  'function-compute 2.0': (script: Script) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeFunctionCompute({ t: work }))
    const system = functionCompute({ baseUrl, fetch })
    const target = { serviceName: 's', functionName: 'f', invocationId: 't' }
    return { work, seen, stop: (deadlineMs: number) => system.stopAndWait(target, { deadlineMs }) }
  },
  'function-compute 3.0': (script: Script) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeFunctionCompute({ t: work }))
    const system = functionCompute({ baseUrl, fetch, apiVersion: '2023-03-30' })
    return {
      work,
      seen,
      stop: (deadlineMs: number) => system.stopAndWait({ functionName: 'f', invocationId: 't' }, { deadlineMs }),
    }
  },
  'enterprise-scheduler': (script: Script) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeEnterpriseScheduler({ '42': work }))
    const system = enterpriseScheduler({ baseUrl, fetch })
    return { work, seen, stop: (deadlineMs: number) => system.stopAndWait({ requestId: 42 }, { deadlineMs }) }
  },
  'service-fabric': (script: Script) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeServiceFabric({ a: work }))
    const system = serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5 })
    return { work, seen, stop: (deadlineMs: number) => system.stopAndWait({ applicationId: 'a' }, { deadlineMs }) }
  },
} as const satisfies Record<string, (script: Script) => Cloud>

const slow = { gracefulTakesMs: 20_000, forceTakesMs: 20_000 }

describe.each(Object.entries<(script: Script) => Cloud>(clouds))('%s', (name, make) => {
  const isFabric = name === 'service-fabric'

  test('a stop that takes a while is followed to its end', async () => {
    const { work, stop } = make(slow)
    const receipt = await onVirtualClock(() => stop(120_000))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: isFabric ? 'gone' : 'stopped' })
    expect(receipt.elapsedMs).toBeGreaterThanOrEqual(20_000)
    expect(work.wasStopped).toBe(true)
    expect(receipt.steps.at(0)?.mode).toBe(receipt.mode)
    expect(receipt.steps.at(-1)?.phase).toBe(receipt.phase)
  })

  test('work that finishes although it was asked to stop', async () => {
    const { stop } = make({ endsAfterMs: 30_000, endsAs: 'failed', forceTakesMs: 1e9 })
    const receipt = await onVirtualClock(() => stop(120_000))
    // An application does not finish: it is there, whatever its work did.
    if (isFabric) expect(receipt.outcome).toBe('accepted')
    // FunctionGraph has no word for a cancelled request, and so none for one that failed by itself either.
    else if (name === 'functiongraph') expect(receipt).toMatchObject({ outcome: 'ended-unexplained', phase: 'failed' })
    else expect(receipt).toMatchObject({ outcome: 'ended-anyway', phase: 'failed' })
  })

  test('work that never ends: at the deadline what is known is said, and nothing is asked any more', async () => {
    const { seen, stop } = make({ ...(isFabric ? {} : { forceTakesMs: 1e9 }) })
    const receipt = await onVirtualClock(() => stop(60_000))
    expect(receipt.outcome).toBe('accepted')
    expect(receipt.phase).toBe(name === 'functiongraph' ? 'running' : 'stopping')
    expect(receipt.elapsedMs).toBeLessThanOrEqual(60_000)
    const asked = seen.length
    await vi.advanceTimersByTimeAsync(600_000)
    expect(seen).toHaveLength(asked)
    expect(seen.every(({ atMs }) => atMs <= 60_000)).toBe(true)
    // The last look is close to the deadline, not a whole pause before it.
    expect(60_000 - (seen.at(-1)?.atMs ?? 0)).toBeLessThan(1_000)
  })

  test('the stop is sent once', async () => {
    const { work, stop } = make(slow)
    await onVirtualClock(() => stop(120_000))
    expect(work.stops).toHaveLength(1)
  })
})

test('a record that vanishes while it is being stopped is an end, but nobody says how', async () => {
  const { stop } = clouds['function-compute 2.0']({ gracefulTakesMs: 8_000, vanishesAfterMs: 0 })
  expect(await onVirtualClock(() => stop(60_000))).toMatchObject({ outcome: 'gone', phase: 'gone' })
})

test('FunctionGraph without records: nothing is claimed, and the receipt says why', async () => {
  const { stop } = clouds.functiongraph({ forceTakesMs: 0, vanishesAfterMs: 0 })
  const receipt = await onVirtualClock(() => stop(30_000))
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'unknown' })
  expect(receipt.why).toContain('no record')
})

describe('a deadline is compulsory', () => {
  test.each([[undefined], [0], [-1], [Number.NaN], ['10s']])('%s is refused', async (deadlineMs) => {
    const { fetch, seen } = watched(fakeServiceFabric({}))
    const system = serviceFabric({ baseUrl, fetch })
    const error = await system
      .stopAndWait({ applicationId: 'a' }, { deadlineMs: deadlineMs as number })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(String(error)).toContain('deadlineMs')
    expect(seen).toEqual([])
  })
})

describe('service-fabric', () => {
  const setUp = (script: Script, options: object = {}) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeServiceFabric({ 'shop~orders': work }))
    return { work, seen, system: serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5, ...options }) }
  }
  const target = { applicationId: 'fabric:/shop/orders' }

  test('504, and then it is gone', async () => {
    const { seen, system } = setUp({ gracefulTakesMs: 12_000 })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', httpStatus: 504, attempts: 1 })
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(receipt.steps.map(({ phase, native }) => native ?? phase)).toEqual(['Deleting', 'gone'])
  })

  test('escalation converts the pending delete, once, and the receipt warns and tells the story', async () => {
    const { work, system } = setUp({ forceTakesMs: 2_000 })
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 120_000, escalateAfterMs: 20_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', mode: 'force', attempts: 2 })
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
    expect(work.stops[1]?.atMs).toBeGreaterThanOrEqual(20_000)
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['remote-may-run', 'state-may-leak'])
    expect(receipt.steps.filter(({ mode }) => mode !== undefined).map(({ mode }) => mode)).toEqual([
      'graceful',
      'force',
    ])
  })

  test('without being asked, nothing is ever forced', async () => {
    const { work, system } = setUp({})
    await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 600_000 }))
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful'])
  })
})

describe('enterprise-scheduler', () => {
  const setUp = (script: Script, forceAfterMs: number) => {
    const work = new Work(script)
    const { fetch, seen } = watched(fakeEnterpriseScheduler({ '9007199254740993': work }, forceAfterMs))
    return { work, seen, system: enterpriseScheduler({ baseUrl, fetch }) }
  }
  const target = { requestId: 9_007_199_254_740_993n }

  test('forces only when the system says that it may be forced', async () => {
    const { work, seen, system } = setUp({}, 1_800_000)
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 3_600_000, escalateAfterMs: 60_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', phase: 'stopped' })
    expect(work.stops[1]?.atMs).toBeGreaterThanOrEqual(1_800_000)
    expect(seen.filter(({ path }) => path.endsWith('/forceCancel'))).toHaveLength(1)
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'remote-may-run'])
  })

  test('until then it waits, and the receipt says why it did not force', async () => {
    const { work, system } = setUp({}, 1_800_000)
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 600_000, escalateAfterMs: 60_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase: 'stopping', native: 'CANCELLING' })
    expect(receipt.why).toContain('does not allow it yet')
    expect(work.stops).toHaveLength(1)
  })

  test('a request that ends while it is forced', async () => {
    const { system } = setUp({ endsAfterMs: 70_000 }, 0)
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 600_000, escalateAfterMs: 69_999 }),
    )
    expect(['stopped', 'ended-anyway']).toContain(receipt.outcome)
  })

  test('purge refuses what has not ended, and removes what has', async () => {
    const { system } = setUp({ gracefulTakesMs: 5_000 }, 0)
    await expect(onVirtualClock(() => system.purge(target))).rejects.toMatchObject({ code: 'failed_precondition' })
    await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(await onVirtualClock(() => system.purge(target))).toMatchObject({ outcome: 'purged', httpStatus: 204 })
    expect(await onVirtualClock(() => system.read(target))).toMatchObject({ phase: 'gone' })
    await expect(onVirtualClock(() => system.purge(target))).rejects.toMatchObject({ code: 'not_found' })
    expect(await onVirtualClock(() => system.purge(target, { ifMissing: 'accept' }))).toMatchObject({ outcome: 'gone' })
  })
})
