/** An `onPhase` that returns a promise: what it rejects with ends the wait, and it never holds the wait beyond its end. */
import { isStopError, restate } from 'allstop'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch } from '../support/fakes/serve.js'
import { type Script, Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock } from '../support/virtual-clock.js'

const unhandled: unknown[] = []
const remember = (reason: unknown) => unhandled.push(reason)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', remember)
  vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') })
})
afterEach(async () => {
  vi.useRealTimers()
  // Node.js tells of unhandled rejections before the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', remember)
  expect(unhandled).toEqual([])
})

const target = { invocationId: ids.restate }
const deadlineMs = 60_000
const waits = ['stopAndWait', 'waitUntilEnded'] as const

function goingOn(script: Script = {}) {
  const work = new Work(script)
  const fetch = asFetch(fakeRestate({ [ids.restate]: work }))
  return { work, system: restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch }) }
}

const caught = (thrown: unknown): unknown => thrown

test.each(waits)('%s: a rejection ends the wait, with what is known of the stop', async (verb) => {
  const { system } = goingOn()
  const onPhase = async () => {
    throw new RangeError('my database is away')
  }
  const began = Date.now()
  const error = await onVirtualClock<object>(() => system[verb](target, { deadlineMs, onPhase })).catch(caught)
  if (!isStopError(error)) throw error
  expect(Date.now() - began).toBeLessThan(5_000)
  expect(error).toMatchObject({ code: 'unknown', operation: verb, ambiguous: false })
  expect(error.message).toContain('unexpected RangeError: my database is away')
  expect(error.receipt?.outcome).toBe(verb === 'stopAndWait' ? 'accepted' : undefined)
})

test.each(waits)('%s: the next look comes after it', async (verb) => {
  const { system } = goingOn({ endsAfterMs: 5_000 })
  let busy = 0
  const phases: string[] = []
  const onPhase = async ({ phase }: { phase: string }) => {
    busy += 1
    expect(busy).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 20_000))
    busy -= 1
    phases.push(phase)
  }
  await onVirtualClock<{ readonly phase: string }>(() => system[verb](target, { deadlineMs, onPhase }))
  expect(phases).toEqual([verb === 'stopAndWait' ? 'stopping' : 'running', 'succeeded'])
})

test.each(waits)('%s: one that never settles is left at the deadline', async (verb) => {
  const { system } = goingOn()
  const began = Date.now()
  const onPhase = () => new Promise(() => {})
  const result = await onVirtualClock<{ readonly phase: string }>(() => system[verb](target, { deadlineMs, onPhase }))
  expect(result.phase).toBe(verb === 'stopAndWait' ? 'stopping' : 'running')
  expect(Date.now() - began).toBe(deadlineMs)
})

test.each(waits)('%s: one that never settles is left when the signal fires, and nothing is forced', async (verb) => {
  const { system, work } = goingOn()
  const controller = new AbortController()
  const onPhase = () => {
    setTimeout(() => controller.abort(), 15_000)
    return new Promise(() => {})
  }
  const escalate = verb === 'stopAndWait' ? { escalateAfterMs: 10_000 } : {}
  const options = { deadlineMs, onPhase, signal: controller.signal, ...escalate }
  await expect(onVirtualClock<object>(() => system[verb](target, options))).rejects.toMatchObject({
    name: 'StopError',
    code: 'aborted',
  })
  expect(work.stops.filter(({ mode }) => mode === 'force')).toEqual([])
})

test.each(waits)("%s: a rejection after the deadline is nobody's", async (verb) => {
  const { system } = goingOn()
  const onPhase = async () => {
    await new Promise((resolve) => setTimeout(resolve, deadlineMs + 1))
    throw new Error('too late')
  }
  await onVirtualClock<{ readonly phase: string }>(() => system[verb](target, { deadlineMs, onPhase }))
  await vi.advanceTimersByTimeAsync(1_000)
})
