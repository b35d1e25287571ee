/**
 * Random lives of work, random faults, random options, on a virtual clock. Whatever happens: never "stopped" unless it
 * was, never force without being asked, never a request after the deadline or the signal, never a hang.
 * `npm run property` runs 10,000 of them with another seed.
 */
import { isStopError, type WaitReceipt } from 'allstop'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { lost } from '../support/fakes/troubled.js'
import { type Script, Work } from '../support/fakes/work.js'
import { isRead } from '../support/is-read.js'
import { runsOr, seed, seededRandom } from '../support/random.js'
import { onVirtualClock } from '../support/virtual-clock.js'
import { type AnyVariant, variants } from '../systems/index.js'

const runs = runsOr(2_000)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** What may happen to one request; `arrives` says whether the system saw it. */
const faults: Record<string, { arrives: boolean; instead?: () => Response | Promise<Response> }> = {
  none: { arrives: true },
  refused: { arrives: false, instead: () => lost('ECONNREFUSED') },
  'reset before': { arrives: false, instead: () => lost('ECONNRESET') },
  'reset after': { arrives: true, instead: () => lost('ECONNRESET') },
  '503 before': { arrives: false, instead: () => json(503, {}) },
  '503 after': { arrives: true, instead: () => json(503, {}) },
  '429': { arrives: false, instead: () => json(429, {}, { 'retry-after': '5' }) },
  '500': { arrives: false, instead: () => json(500, {}) },
  '401': { arrives: false, instead: () => json(401, {}) },
  html: { arrives: true, instead: () => new Response('<html>') },
  'no answer, not arrived': { arrives: false, instead: () => new Promise<Response>(() => {}) },
  'no answer, arrived': { arrives: true, instead: () => new Promise<Response>(() => {}) },
}

const duration = fc.oneof(fc.constantFrom(0, 1, 1_000), fc.integer({ min: 0, max: 90_000 }))

const schedule = fc.record({
  name: fc.constantFrom(...variants.map(({ name }) => name)),
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
  // The pauses are drawn at random too: with this a life can be seen again to the millisecond.
  jitter: fc.nat(),
})

/** What a life can be in a system. */
function lifeIn({ lives }: AnyVariant, { endsAfterMs, forceTakesMs, ...script }: Script): Script {
  return {
    ...script,
    ...(lives.endsByItself && endsAfterMs !== undefined ? { endsAfterMs } : {}),
    ...(lives.forcesAtOnce ? { forceTakesMs: 0 } : forceTakesMs === undefined ? {} : { forceTakesMs }),
  }
}

/** A request, and what the caller was told: a status of the system itself, or nothing that is the system's. */
interface Sent {
  readonly atMs: number
  /** It only read. */
  readonly asked: boolean
  readonly arrives: boolean
  told?: number
}

/**
 * Whether a stop came to the system, and its caller was not told what it did. The 504 of a cluster that held the call
 * tells nothing by itself: only the look that follows does.
 */
function leavesOpen({ asked, arrives, told }: Sent, index: number, all: readonly Sent[]): boolean {
  if (asked || !arrives) return false
  return told === undefined || (told === 504 && all[index + 1]?.told === undefined)
}

type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never

/** Lives one life, and returns the requests that were sent in it. */
async function check({
  name,
  script,
  faults: plan,
  deadlineMs,
  escalateAfterMs,
  force,
  retry,
  abortAfterMs,
  jitter,
}: Schedule): Promise<readonly Sent[]> {
  vi.setSystemTime(new Date('2026-01-02T03:04:05Z'))
  vi.spyOn(Math, 'random').mockImplementation(seededRandom(jitter))
  const system = variants.find((variant) => variant.name === name)
  if (system === undefined) throw new Error(name)
  const { make, target, modes, lives } = system
  const two = modes.length === 2
  const began = Date.now()
  const work = new Work(lifeIn(system, script as Script))
  const fake = system.fake.of(work, 30_000)
  const requests: Sent[] = []
  const fetch = asFetch(async (request) => {
    const fault = faults[plan[requests.length] ?? 'none']
    const asked = isRead(request)
    const sent: Sent = { atMs: Date.now() - began, asked, arrives: fault?.arrives === true }
    requests.push(sent)
    if (fault?.arrives === false) return fault.instead?.() ?? lost('ECONNRESET')
    const answer = await fake(request)
    if (fault?.instead !== undefined) return fault.instead()
    sent.told = answer.status
    return answer
  })
  const controller = new AbortController()
  const abort = abortAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), abortAfterMs)
  const options = {
    deadlineMs,
    signal: controller.signal,
    ...(retry === undefined ? {} : { retry }),
    ...(two && force ? { mode: 'force' as const } : {}),
    ...(two && !force && escalateAfterMs !== undefined ? { escalateAfterMs } : {}),
  }
  const wait = () => make({ ...system.fake.options, baseUrl, fetch, timeoutMs: 20_000 }).stopAndWait(target, options)
  const result: unknown = await onVirtualClock(wait).catch((thrown: unknown) => thrown)
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
  const onlyForce = modes[0] === 'force'
  if (!onlyForce && options.mode !== 'force') {
    // A force of which nobody knows what became may be sent again: that does no harm. Nothing else may.
    const open = requests.filter(leavesOpen).length
    expect(forced.length).toBeLessThanOrEqual(options.escalateAfterMs === undefined ? 0 : 1 + open)
    for (const { atMs } of forced) expect(atMs).toBeGreaterThanOrEqual((options.escalateAfterMs ?? 0) - 1)
  }
  for (const mode of lives.harmfulTwice) {
    expect(work.stops.filter((stop) => stop.mode === mode).length).toBeLessThanOrEqual(1)
  }

  if (isStopError(result)) {
    // An error that is not ambiguous and knows of no accepted stop means that nothing was stopped.
    if (!result.ambiguous && result.receipt === undefined)
      expect({ error: String(result), stops: work.stops }).toMatchObject({ stops: [] })
    return requests
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
    case 'ended-unexplained':
      expect(['failed', 'stopped']).toContain(endedAs)
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
  return requests
}

const clear = (): void => void vi.clearAllTimers()

test(`${runs} random lives`, { timeout: 900_000 }, async () => {
  const property = fc.asyncProperty(schedule, async (one) => void (await check(one)))
  await fc.assert(property.afterEach(clear), { numRuns: runs, seed })
})

test('a life can be lived again to the millisecond', async () => {
  for (const one of fc.sample(schedule, { numRuns: 100, seed })) {
    const first = await check(one)
    clear()
    expect(await check(one)).toEqual(first)
    clear()
  }
})

// Found by chance in one of some thousand lives; which pauses are drawn decides whether it comes to a second force.
test('a force of Service Fabric whose 504 could not be looked into may be sent again', async () => {
  for (let jitter = 0; jitter < 50; jitter += 1) {
    await check({
      name: 'service-fabric',
      script: { forceTakesMs: 11_812, vanishesAfterMs: 0 },
      // The delete and the look at its 504, the look when it is time to force, the force: and its look is refused.
      faults: ['none', 'none', 'none', 'none', '401'],
      deadlineMs: 80_108,
      escalateAfterMs: 11_001,
      force: false,
      retry: undefined,
      abortAfterMs: undefined,
      jitter,
    })
    clear()
  }
})
