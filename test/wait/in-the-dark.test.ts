/** Waits that joined, that can read nothing, or whose stop nobody answered: what they say, and what they do not claim. */
import { enterpriseScheduler, type Fetch, functionCompute, restate, serviceFabric } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, codes } from '../support/examples.js'
import { caught, invocation, rowOf, target } from '../support/fakes/asked.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeRestate, journalOf } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { lost } from '../support/fakes/troubled.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

describe('a wait', () => {
  const poll = { minDelayMs: 1_000, maxDelayMs: 1_000 }

  test('that joins has a look for its first step, and forgets that it joined when it forces', async () => {
    const work = new Work()
    work.stop('graceful')
    const { system, changes } = invocation(work)
    const receipt = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 30_000, escalateAfterMs: 10_000, poll }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', attempts: 1 })
    expect(codes(receipt)).toEqual(['children-stopped', 'remote-may-run'])
    expect(receipt.steps.map(({ mode, phase }) => mode ?? phase)).toEqual(['stopping', 'force'])
    expect(changes()).toHaveLength(1)
  })

  /** A Restate whose states cannot be read from a moment on. */
  function blindAfter(ms: number) {
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const began = Date.now()
    const fetch = asFetch((request) =>
      request.url.endsWith('/query') && Date.now() - began >= ms ? json(503, { message: 'no' }) : fake(request),
    )
    return restate({ baseUrl, fetch, api: 'patch' })
  }

  test.each([
    ['from the start', 0, 'unknown', undefined],
    ['later', 3_000, 'stopping', /cancel recorded at/],
  ])('that can read nothing %s says since when, with what, and that it did not force', async (_, ms, phase, more) => {
    const options = { deadlineMs: 20_000, escalateAfterMs: 10_000, poll }
    const receipt = await onVirtualClock(() => blindAfter(ms).stopAndWait(target, options))
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase })
    const words =
      /^not read since 2026-01-02T03:04:\d\d\.\d{3}Z: restate stopAndWait: unavailable .*, while asking POST \/query; not forced: the state could not be read/
    expect(receipt.why).toMatch(words)
    if (more !== undefined) expect(receipt.why).toMatch(more)
  })

  test('whose last look had too little time left was not blind', async () => {
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const began = Date.now()
    const fetch = asFetch((request) => (Date.now() - began >= 4_500 ? new Promise<Response>(() => {}) : fake(request)))
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 5_000, poll }))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping' })
    expect(receipt.why).toMatch(/^cancel recorded at/)
  })

  test('that stops nothing says it too', async () => {
    const status = await onVirtualClock(() => blindAfter(3_000).waitUntilEnded(target, { deadlineMs: 20_000, poll }))
    expect(status).toMatchObject({ phase: 'running', ended: false })
    expect(status.why).toMatch(
      /^not read since .*: restate waitUntilEnded: unavailable .*, while asking POST \/query; running: a cancel takes effect/,
    )
    const error = await onVirtualClock(() => blindAfter(0).waitUntilEnded(target, { deadlineMs: 20_000, poll })).catch(
      caught,
    )
    expect(error).toMatchObject({ code: 'deadline_exceeded', ambiguous: false })
    expect(String(error)).toMatch(
      /deadline exceeded; not read since .*: restate waitUntilEnded: unavailable .*, while asking POST \/query; nothing was stopped/,
    )
  })

  test('of work whose undo had failed before still says so', async () => {
    const gaveUp = () =>
      json(200, { rows: journalOf(ids.restate, { cancelledAt: '2026-01-02T03:00:00.000Z', output: true }) })
    const row = rowOf({ status: 'completed', completion_result: 'failure', completion_failure: '[500] no' })
    const completed = json(409, {
      message: `The invocation '${ids.restate}' was already completed.`,
      restate_code: null,
    })
    const fetch: Fetch = async (url, init) => {
      if (!url.endsWith('/query')) return completed.clone()
      return String(init.body).includes('sys_journal') ? gaveUp() : row()
    }
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const why =
      'a cancel was recorded at 2026-01-02T03:00:00.000Z, and then it failed with another error; perhaps its clean-up failed'
    expect(await onVirtualClock(() => system.stop(target))).toMatchObject({ outcome: 'already-ended', why })
    const waited = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 1_000 }))
    expect(waited).toMatchObject({ outcome: 'already-ended', phase: 'failed', why })
  })
})

describe('when no stop was answered', () => {
  const task = { functionName: 'f', invocationId: 't' }
  test.each([
    ['Succeeded', 'already-ended'],
    ['Failed', 'already-ended'],
    ['Stopped', 'stopped'],
  ])('work that never was seen to go on, and is %s, is %s, with the doubt', async (status, outcome) => {
    const fetch = asFetch(({ method }) => (method === 'GET' ? json(200, { taskId: 't', status }) : lost()))
    const system = functionCompute({ baseUrl, fetch, apiVersion: '2023-03-30' })
    const receipt = await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(receipt.outcome).toBe(outcome)
    expect(codes(receipt)).toEqual(['earlier-try-unanswered'])
  })

  test('an invocation that the look saw ended had ended, also when the answer to its cancel is lost', async () => {
    const fake = fakeRestate({ [ids.restate]: new Work({ endsAfterMs: 0 }) })
    const fetch = asFetch((request) => (request.method === 'PATCH' ? lost() : fake(request)))
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'already-ended', phase: 'succeeded' })
    expect(codes(receipt)).toContain('earlier-try-unanswered')
  })

  test('what the look could not see is still said', async () => {
    const work = new Work({ gracefulTakesMs: 10 })
    const fake = fakeRestate({ [ids.restate]: work })
    const fetch = asFetch(async (request) => {
      if (request.method === 'PATCH') {
        await fake(request)
        return lost()
      }
      const { query } = (await request.clone().json()) as { query: string }
      return query.includes('sys_journal') ? json(403, { message: 'no' }) : fake(request)
    })
    const system = restate({ baseUrl, fetch, api: 'patch' })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt.outcome).toBe('stopped')
    expect(codes(receipt)).toContain('not-checked')
  })

  test('an answer that did not decide is named, once', async () => {
    const fetch = asFetch(({ method }) =>
      method === 'GET'
        ? new Response(null, { status: 204 })
        : json(504, { Error: { Code: 'FABRIC_E_COMMUNICATION_ERROR', Message: 'x' } }),
    )
    const wait = () => serviceFabric({ baseUrl, fetch }).stopAndWait({ applicationId: 'a' }, { deadlineMs: 5_000 })
    const error = await onVirtualClock(wait).catch(caught)
    expect(error).toMatchObject({ code: 'not_found', ambiguous: true })
    expect(String(error).match(/may have arrived/g) ?? []).toHaveLength(
      String(error).includes('may have arrived') ? 1 : 0,
    )
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
