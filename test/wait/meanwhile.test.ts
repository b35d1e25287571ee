/** What may happen while a wait goes on: failing reads, lost answers, a signal; and waiting without stopping. */
import { functionCompute, isStopError, type Phase, type Status } from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { json } from '../support/fakes/serve.js'
import { watched } from '../support/fakes/watched.js'
import { type Script, Work } from '../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

describe('while it waits', () => {
  const target = { serviceName: 's', functionName: 'f', invocationId: 't' }
  /** The fake, but reads answer with what `reads` says, as long as it says something. */
  const setUp = (script: Script, reads: (nth: number) => Response | 'reset' | undefined) => {
    const work = new Work(script)
    const fake = fakeFunctionCompute({ t: work })
    let nth = 0
    const { fetch, seen } = watched((request) => {
      const other = request.method === 'GET' ? reads(nth++) : undefined
      if (other === 'reset') throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
      return other ?? fake(request)
    })
    return { work, seen, system: functionCompute({ baseUrl, fetch }) }
  }

  test('a read that fails for a passing reason does not end it', async () => {
    const passing = [() => json(503, {}), () => 'reset' as const, () => json(500, {}), () => new Response('<html>')]
    const { system } = setUp({ gracefulTakesMs: 10_000 }, (nth) => passing[nth]?.())
    expect(await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))).toMatchObject({
      outcome: 'stopped',
    })
  })

  test.each([
    [401, 'unauthenticated'],
    [403, 'permission_denied'],
  ])('a read that cannot succeed (%i) ends it, and the error says that the stop was accepted', async (status, code) => {
    const { system, work } = setUp({}, () => json(status, { errorCode: 'AccessDenied', errorMessage: 'no' }))
    const error = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 })).catch(
      (thrown: unknown) => thrown,
    )
    if (!isStopError(error)) throw error
    expect(error).toMatchObject({ code, httpStatus: status, receipt: { outcome: 'accepted', httpStatus: 200 } })
    expect(error.message).toContain('the stop had been accepted')
    expect(work.stops).toHaveLength(1)
  })

  test('Retry-After is obeyed', async () => {
    const { system, seen } = setUp({ gracefulTakesMs: 1_000 }, (nth) =>
      nth === 0 ? json(429, { errorCode: 'ResourceExhausted', errorMessage: '' }, { 'retry-after': '17' }) : undefined,
    )
    await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    const [first, second] = seen.filter(({ method }) => method === 'GET')
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(17_000)
  })

  test('a Retry-After beyond the deadline ends it', async () => {
    const { system, seen } = setUp({}, () => json(429, {}, { 'retry-after': '3600' }))
    expect(await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))).toMatchObject({
      outcome: 'accepted',
    })
    expect(seen.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('each change of phase is reported once', async () => {
    const { system } = setUp({ gracefulTakesMs: 10_000 }, () => undefined)
    const phases: Phase[] = []
    const onPhase = (status: Status) => phases.push(status.phase)
    await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000, onPhase }))
    expect(phases).toEqual(['stopping', 'stopped'])
  })

  test('an observer that throws ends the wait with a StopError', async () => {
    const { system } = setUp({ gracefulTakesMs: 10_000 }, () => undefined)
    const onPhase = () => {
      throw new TypeError('mine')
    }
    await expect(
      onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000, onPhase })),
    ).rejects.toMatchObject({
      name: 'StopError',
      code: 'unknown',
      operation: 'stopAndWait',
      attempts: 1,
      receipt: { outcome: 'accepted' },
    })
  })

  test('the signal ends the wait at once, leaves no timer, and nothing is sent after it', async () => {
    const { system, seen, work } = setUp({}, () => undefined)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 7_777)
    const error = await onVirtualClock(() =>
      system.stopAndWait(target, { deadlineMs: 600_000, signal: controller.signal }),
    ).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'aborted', ambiguous: false, receipt: { outcome: 'accepted' } })
    expect(Date.now() - new Date('2026-01-02T03:04:05Z').getTime()).toBe(7_777)
    expect(vi.getTimerCount()).toBe(0)
    const asked = seen.length
    await vi.advanceTimersByTimeAsync(600_000)
    expect(seen).toHaveLength(asked)
    expect(work.stops).toHaveLength(1)
  })

  test('a stop without an answer is read back, and found to have arrived', async () => {
    const work = new Work({ gracefulTakesMs: 10_000 })
    const fake = fakeFunctionCompute({ t: work })
    const { fetch, seen } = watched(async (request) => {
      const answer = await fake(request)
      if (request.method === 'PUT')
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
      return answer
    })
    const receipt = await onVirtualClock(() =>
      functionCompute({ baseUrl, fetch }).stopAndWait(target, { deadlineMs: 60_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped' })
    // Four tries of the repeatable stop, and none after a read has shown that one of them arrived.
    expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(4)
    expect(receipt.attempts).toBe(4)
  })

  test('a stop that did not arrive is sent again once the work is seen to go on', async () => {
    const work = new Work({ gracefulTakesMs: 1_000 })
    const fake = fakeFunctionCompute({ t: work })
    let puts = 0
    const { fetch } = watched((request) => {
      if (request.method === 'PUT' && puts++ === 0) {
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
      }
      return fake(request)
    })
    const receipt = await onVirtualClock(() =>
      functionCompute({ baseUrl, fetch }).stopAndWait(target, { deadlineMs: 60_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 2 })
    expect(work.stops).toHaveLength(1)
  })

  test('when it is never known whether the stop arrived, "accepted" is not said', async () => {
    const { fetch } = watched(() => {
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
    })
    await expect(
      onVirtualClock(() => functionCompute({ baseUrl, fetch }).stopAndWait(target, { deadlineMs: 60_000 })),
    ).rejects.toMatchObject({ code: 'unavailable', ambiguous: true })
  })
})

describe('waitUntilEnded', () => {
  const target = { serviceName: 's', functionName: 'f', invocationId: 't' }
  const setUp = (work: Work | undefined) => {
    const { fetch, seen } = watched(fakeFunctionCompute(work === undefined ? {} : { t: work }))
    return { seen, system: functionCompute({ baseUrl, fetch }) }
  }

  test('follows work to its end and stops nothing', async () => {
    const work = new Work({ endsAfterMs: 30_000 })
    const { seen, system } = setUp(work)
    const status = await onVirtualClock(() => system.waitUntilEnded(target, { deadlineMs: 60_000 }))
    expect(status).toMatchObject({ phase: 'succeeded', ended: true })
    expect(seen.every(({ method }) => method === 'GET')).toBe(true)
    expect(seen[0]?.atMs).toBe(0)
  })

  test('at the deadline gives the last state', async () => {
    const { system } = setUp(new Work())
    const status = await onVirtualClock(() => system.waitUntilEnded(target, { deadlineMs: 60_000 }))
    expect(status).toMatchObject({ phase: 'running', ended: false })
  })

  test('a task that appears a moment later is waited for; one that never does is not found', async () => {
    let work: Work | undefined
    setTimeout(() => {
      work = new Work({ endsAfterMs: 1_000 })
    }, 3_000)
    const { fetch } = watched((request) => fakeFunctionCompute(work === undefined ? {} : { t: work })(request))
    const late = functionCompute({ baseUrl, fetch })
    expect(await onVirtualClock(() => late.waitUntilEnded(target, { deadlineMs: 60_000 }))).toMatchObject({
      phase: 'succeeded',
    })
    const { system } = setUp(undefined)
    await expect(onVirtualClock(() => system.waitUntilEnded(target, { deadlineMs: 60_000 }))).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(
      await onVirtualClock(() => system.waitUntilEnded(target, { deadlineMs: 60_000, ifMissing: 'accept' })),
    ).toMatchObject({ phase: 'gone', ended: true })
  })
})
