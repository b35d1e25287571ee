/** Waits of every system, on its fake and a virtual clock: to the end of the work, or to the deadline. */
import { describe, expect, test, vi } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { watched } from '../support/fakes/watched.js'
import { type Script, Work } from '../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

const slow = { gracefulTakesMs: 20_000, forceTakesMs: 20_000 }
const endless = { forceTakesMs: 1e9 }

describe.each(variants)('$name', ({ make, target, fake, lives }) => {
  function setUp(script: Script) {
    const work = new Work(script)
    const { fetch, seen } = watched(fake.of(work))
    const system = make({ ...fake.options, baseUrl, fetch })
    return { work, seen, stop: (deadlineMs: number) => system.stopAndWait(target, { deadlineMs }) }
  }

  test('a stop that takes a while is followed to its end', async () => {
    const { work, stop } = setUp(slow)
    const receipt = await onVirtualClock(() => stop(120_000))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: lives.stoppedAs })
    expect(receipt.elapsedMs).toBeGreaterThanOrEqual(20_000)
    expect(work.wasStopped).toBe(true)
    expect(receipt.steps.at(0)?.mode).toBe(receipt.mode)
    expect(receipt.steps.at(-1)?.phase).toBe(receipt.phase)
  })

  test('work that finishes although it was asked to stop', async () => {
    const { stop } = setUp({ endsAfterMs: 30_000, endsAs: 'failed', ...endless })
    const receipt = await onVirtualClock(() => stop(120_000))
    const outcome = lives.explainsFailure ? 'ended-anyway' : 'ended-unexplained'
    // What does not end by itself is still there, whatever its work did.
    expect(receipt).toMatchObject(lives.endsByItself ? { outcome, phase: 'failed' } : { outcome: 'accepted' })
  })

  test('work that never ends: at the deadline what is known is said, and nothing is asked any more', async () => {
    const { seen, stop } = setUp(endless)
    const receipt = await onVirtualClock(() => stop(60_000))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: lives.stoppingAs })
    expect(receipt.elapsedMs).toBeLessThanOrEqual(60_000)
    const asked = seen.length
    await vi.advanceTimersByTimeAsync(600_000)
    expect(seen).toHaveLength(asked)
    expect(seen.every(({ atMs }) => atMs <= 60_000)).toBe(true)
    // The last look is close to the deadline, not a whole pause before it.
    expect(60_000 - (seen.at(-1)?.atMs ?? 0)).toBeLessThan(1_000)
  })

  test('the stop is sent once', async () => {
    const { work, stop } = setUp(slow)
    await onVirtualClock(() => stop(120_000))
    expect(work.stops).toHaveLength(1)
  })

  test.each([[undefined], [0], [-1], [Number.NaN], ['10s']])('the deadline %s is refused', async (deadlineMs) => {
    const { seen, stop } = setUp({})
    const error = await stop(deadlineMs as number).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(String(error)).toContain('deadlineMs')
    expect(seen).toEqual([])
  })
})
