/** What is said of a stop after a try that was not answered, and Restate's cancel, which is never sent into a doubt. */
import { basic, enterpriseScheduler, functionCompute, restate, serviceFabric, signed } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, invocation, task } from '../support/examples.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { type Fake, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { errorOf, lost, type Trouble, troubled } from '../support/fakes/troubled.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

describe.each(variants)('at $name', ({ make, target, fake, modes, lives }) => {
  const harmful = lives.harmfulTwice.some((mode) => mode === modes[0])

  test('a try that was lost leaves the error ambiguous; it is sent again where that does no harm', async () => {
    const { fetch, changes } = troubled(fake.of(new Work()), (_, nth) => (nth === 0 ? lost() : lost('ECONNREFUSED')))
    const error = await errorOf(() => make({ ...fake.options, baseUrl, fetch }).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: true, attempts: harmful ? 1 : 4 })
    expect(changes()).toHaveLength(harmful ? 1 : 4)
  })

  test('a try that cannot have arrived is sent again, whatever a second one would do', async () => {
    const { fetch, changes } = troubled(fake.of(new Work()), () => lost('ECONNREFUSED'))
    const error = await errorOf(() => make({ ...fake.options, baseUrl, fetch }).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false, attempts: 4 })
    expect(changes()).toHaveLength(4)
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

  test('an application that was seen, and is gone at the second try: a delete took it, whichever', async () => {
    const fake = fakeServiceFabric({ a: new Work({ gracefulTakesMs: 100 }) }, 1_000)
    const { fetch } = troubled(fake, arrivesUnheard(fake))
    const receipt = await onVirtualClock(() => serviceFabric({ baseUrl, fetch }).stop({ applicationId: 'a' }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', attempts: 2, httpStatus: 404 })
    expect(said(receipt)).toBe(true)
  })

  test('one that was not, for a forced delete looks not: no proof that it ever was, unless that is enough', async () => {
    const cluster = () => {
      const fake = fakeServiceFabric({ a: new Work({ forceTakesMs: 100 }) }, 1_000)
      return serviceFabric({ baseUrl, fetch: troubled(fake, arrivesUnheard(fake)).fetch })
    }
    const error = await errorOf(() => cluster().stop({ applicationId: 'a' }, { mode: 'force' }))
    expect(error).toMatchObject({ code: 'not_found', attempts: 2, ambiguous: true })
    const accepted = () => cluster().stop({ applicationId: 'a' }, { mode: 'force', ifMissing: 'accept' })
    const receipt = await onVirtualClock(accepted)
    expect(receipt).toMatchObject({ outcome: 'gone', phase: 'gone', attempts: 2, httpStatus: 404 })
    expect(said(receipt)).toBe(true)
  })

  test('a record that a stop may take away is gone at the second try, with a warning', async () => {
    const { fetch } = troubled(
      () => json(404, { message: 'no such invocation', restate_code: null }),
      (_, nth) => (nth === 0 ? lost() : undefined),
    )
    const kill = () => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation, { mode: 'force' })
    const receipt = await onVirtualClock(kill)
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
    // What is under way may well be its own first try, so that nobody else's is told of.
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['earlier-try-unanswered'])
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
    expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', 'remote-may-run', 'earlier-try-unanswered'])
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

describe("Restate's cancel", () => {
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
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'earlier-try-unanswered'])
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

  test("ended by the caller's signal: nothing is read back", async () => {
    const controller = new AbortController()
    const { fetch, reads } = troubled(fakeRestate({ [ids.restate]: new Work() }), async () => {
      controller.abort()
      return new Promise<never>(() => {})
    })
    const { signal } = controller
    const error = await errorOf(() => restate({ baseUrl, fetch, api: 'patch' }).stop(invocation, { signal }))
    expect(error).toMatchObject({ code: 'aborted', ambiguous: true })
    // Only the look before the cancel.
    expect(reads()).toHaveLength(2)
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
