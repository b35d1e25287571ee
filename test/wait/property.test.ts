/**
 * Random lives of work, random faults, random options, on a virtual clock. Whatever happens: never "stopped" unless it
 * was, never force without being asked, never a request after the deadline or the signal, never a hang.
 * `npm run property` runs 10,000 of them.
 */
import {
  authToken,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  isStopError,
  restate,
  type StopAndWaitOptions,
  serviceFabric,
  type WaitReceipt,
} from 'allstop'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeFunctionGraph } from '../support/fakes/functiongraph.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, type Fake, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { type Script, Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock } from '../support/virtual-clock.js'

const runs = process.env['npm_lifecycle_event'] === 'property' ? 10_000 : 2_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Options = StopAndWaitOptions & { deadlineMs: number }
type Run = (fetch: ReturnType<typeof asFetch>, options: Options) => Promise<WaitReceipt>

const baseUrl = 'http://127.0.0.1:9'
const call = { timeoutMs: 20_000 }

const systems: Record<string, { fake: (work: Work) => Fake; run: Run; modes: readonly string[] }> = {
  restate: {
    fake: (work) => fakeRestate({ [ids.restate]: work }),
    run: (fetch, options) => restate({ baseUrl, fetch, ...call }).stopAndWait({ invocationId: ids.restate }, options),
    modes: ['graceful', 'force'],
  },
  functiongraph: {
    fake: (work) => fakeFunctionGraph({ [ids.uuid]: work }),
    run: (fetch, { mode: _, escalateAfterMs: __, ...options }) =>
      functionGraph({ baseUrl, fetch, auth: authToken('t'), ...call }).stopAndWait(
        { functionUrn: ids.urn, requestId: ids.uuid },
        options,
      ),
    modes: ['force'],
  },
  'function-compute': {
    fake: (work) => fakeFunctionCompute({ t: work }),
    run: (fetch, { mode: _, escalateAfterMs: __, ...options }) =>
      functionCompute({ baseUrl, fetch, ...call }).stopAndWait(
        { serviceName: 's', functionName: 'f', invocationId: 't' },
        options,
      ),
    modes: ['graceful'],
  },
  'enterprise-scheduler': {
    fake: (work) => fakeEnterpriseScheduler({ '42': work }, 30_000),
    run: (fetch, options) => enterpriseScheduler({ baseUrl, fetch, ...call }).stopAndWait({ requestId: 42 }, options),
    modes: ['graceful', 'force'],
  },
  'service-fabric': {
    fake: (work) => fakeServiceFabric({ a: work }, 500),
    run: (fetch, options) =>
      serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 10, ...call }).stopAndWait({ applicationId: 'a' }, options),
    modes: ['graceful', 'force'],
  },
}

/** What may happen to one request; `arrives` says whether the system saw it. */
const faults: Record<string, { arrives: boolean; instead?: () => Response | Promise<Response> }> = {
  none: { arrives: true },
  refused: { arrives: false, instead: () => broken('ECONNREFUSED') },
  'reset before': { arrives: false, instead: () => broken('ECONNRESET') },
  'reset after': { arrives: true, instead: () => broken('ECONNRESET') },
  '503 before': { arrives: false, instead: () => json(503, {}) },
  '503 after': { arrives: true, instead: () => json(503, {}) },
  '429': { arrives: false, instead: () => json(429, {}, { 'retry-after': '5' }) },
  '500': { arrives: false, instead: () => json(500, {}) },
  '401': { arrives: false, instead: () => json(401, {}) },
  html: { arrives: true, instead: () => new Response('<html>') },
  'no answer, not arrived': { arrives: false, instead: () => new Promise<Response>(() => {}) },
  'no answer, arrived': { arrives: true, instead: () => new Promise<Response>(() => {}) },
}

function broken(code: string): never {
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(code), { code, syscall: code === 'ECONNREFUSED' ? 'connect' : 'read' }),
  })
}

const duration = fc.oneof(fc.constantFrom(0, 1, 1_000), fc.integer({ min: 0, max: 90_000 }))

const schedule = fc.record({
  name: fc.constantFrom(...Object.keys(systems)),
  script: fc.record(
    {
      endsAfterMs: duration,
      endsAs: fc.constantFrom('succeeded' as const, 'failed' as const),
      gracefulTakesMs: duration,
      forceTakesMs: duration,
      vanishesAfterMs: duration,
    },
    { requiredKeys: [] },
  ),
  faults: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant('none') }, fc.constantFrom(...Object.keys(faults))), {
    maxLength: 12,
  }),
  deadlineMs: fc.integer({ min: 1, max: 100_000 }),
  escalateAfterMs: fc.option(fc.integer({ min: 1, max: 80_000 }), { nil: undefined }),
  force: fc.boolean(),
  retry: fc.oneof(
    fc.constant(undefined),
    fc.constant(false as const),
    fc.record({ attempts: fc.integer({ min: 1, max: 8 }), minDelayMs: fc.integer({ min: 1, max: 3_000 }) }),
  ),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined, freq: 4 }),
})

/** What a life can be in a system: Restate answers a kill when it is done; an application does not end by itself. */
function lifeIn(name: string, script: Script): Script {
  if (name === 'restate') return { ...script, forceTakesMs: 0 }
  const { endsAfterMs: _, ...endless } = script
  return name === 'service-fabric' ? endless : script
}

type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never

async function check({
  name,
  script,
  faults: plan,
  deadlineMs,
  escalateAfterMs,
  force,
  retry,
  abortAfterMs,
}: Schedule) {
  const system = systems[name]
  if (system === undefined) throw new Error(name)
  const two = system.modes.length === 2
  const began = Date.now()
  const work = new Work(lifeIn(name, script as Script))
  const fake = system.fake(work)
  const requests: { atMs: number; asked: boolean }[] = []
  const fetch = asFetch(async (request) => {
    const fault = faults[plan[requests.length] ?? 'none']
    requests.push({ atMs: Date.now() - began, asked: request.method === 'GET' || request.url.endsWith('/query') })
    if (fault?.arrives === false) return fault.instead?.() ?? broken('ECONNRESET')
    const answer = await fake(request)
    return fault?.instead?.() ?? answer
  })
  const controller = new AbortController()
  const abort = abortAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), abortAfterMs)
  const options: Options = {
    deadlineMs,
    signal: controller.signal,
    ...(retry === undefined ? {} : { retry }),
    ...(two && force ? { mode: 'force' as const } : {}),
    ...(two && !force && escalateAfterMs !== undefined ? { escalateAfterMs } : {}),
  }
  const result: unknown = await onVirtualClock(() => system.run(fetch, options)).catch((thrown: unknown) => thrown)
  const tookMs = Date.now() - began
  clearTimeout(abort)
  const phaseThen = work.phase

  // It ended in time, by the deadline or the signal, and left nothing behind that could send again.
  expect(tookMs).toBeLessThanOrEqual(deadlineMs + 1)
  const asked = requests.length
  if (abortAfterMs !== undefined) expect(requests.every(({ atMs }) => atMs <= Math.max(0, abortAfterMs))).toBe(true)
  await vi.advanceTimersByTimeAsync(200_000)
  expect(requests).toHaveLength(asked)

  // Force only when it was asked for, when its time has come, and once.
  const forced = work.stops.filter(({ mode }) => mode === 'force')
  const onlyForce = system.modes[0] === 'force'
  if (!onlyForce && options.mode !== 'force') {
    // A force whose answer was lost may be sent again: that does no harm. Nothing else may.
    const lost = plan.filter((fault) => faults[fault]?.arrives && faults[fault].instead !== undefined).length
    expect(forced.length).toBeLessThanOrEqual(options.escalateAfterMs === undefined ? 0 : 1 + lost)
    for (const { atMs } of forced) expect(atMs).toBeGreaterThanOrEqual((options.escalateAfterMs ?? 0) - 1)
  }
  if (name === 'restate') expect(work.stops.filter(({ mode }) => mode === 'graceful').length).toBeLessThanOrEqual(1)

  if (isStopError(result)) {
    // An error that is not ambiguous and knows of no accepted stop means that nothing was stopped.
    if (!result.ambiguous && result.receipt === undefined)
      expect({ error: String(result), stops: work.stops }).toMatchObject({ stops: [] })
    return
  }
  const { outcome, warnings } = result as WaitReceipt
  if (!(result instanceof Object) || outcome === undefined) throw result
  expect((result as WaitReceipt).attempts).toBe(requests.filter((request) => !request.asked).length)
  const endedAs = work.endedAs
  switch (outcome) {
    case 'stopped':
      expect(endedAs).toBe('stopped')
      break
    case 'ended-anyway':
      expect(['succeeded', 'failed']).toContain(endedAs)
      break
    case 'already-ended':
      if (!warnings.some(({ code }) => code === 'earlier-try-unanswered')) expect(work.stops).toEqual([])
      expect(['running', 'stopping']).not.toContain(phaseThen)
      break
    case 'gone':
      expect(['gone', 'stopped']).toContain(phaseThen)
      break
    case 'accepted':
      expect(work.stops.length).toBeGreaterThan(0)
  }
}

test(`${runs} random lives`, { timeout: 900_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (one) => {
      vi.setSystemTime(new Date('2026-01-02T03:04:05Z'))
      await check(one).finally(() => vi.clearAllTimers())
    }),
    { numRuns: runs, ...(process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) }) },
  )
})
