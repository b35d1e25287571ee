/** One slow read must not end a wait early, nor take the force away from it. */
import { restate } from 'allstop'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { baseUrl, target } from '../support/fakes/asked.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch } from '../support/fakes/serve.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock } from '../support/virtual-clock.js'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A Restate whose first read takes long. */
function slowOnce(ms: number, work: Work) {
  const fake = fakeRestate({ [ids.restate]: work })
  let reads = 0
  const fetch = asFetch(async (request) => {
    if (request.url.endsWith('/query') && reads++ === 0) await new Promise((resolve) => setTimeout(resolve, ms))
    return fake(request)
  })
  return restate({ baseUrl, fetch, api: 'patch', attemptTimeoutMs: ms + 1_000 })
}

test.each([
  [700, 2_000, 800],
  [1_500, 4_000, 1_600],
  [3_000, 8_000, 3_500],
  [12_000, 30_000, 15_000],
])('a read of %i ms, a deadline of %i ms: forced after %i ms', async (slowMs, deadlineMs, escalateAfterMs) => {
  const work = new Work()
  const options = { deadlineMs, escalateAfterMs, ifStopping: 'repeat' } as const
  const receipt = await onVirtualClock(() => slowOnce(slowMs, work).stopAndWait(target, options))
  expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
  expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
})

test.each([
  [1_000, 3_000],
  [4_500, 10_000],
  [600, 1_000],
])('a read of %i ms does not end a wait of %i ms early', async (slowMs, deadlineMs) => {
  for (const verb of ['stopAndWait', 'waitUntilEnded'] as const) {
    const began = Date.now()
    const system = slowOnce(slowMs, new Work())
    const { ended } = await onVirtualClock<{ ended: boolean }>(() => system[verb](target, { deadlineMs }))
    expect(ended).toBe(false)
    expect(Date.now() - began).toBeGreaterThanOrEqual(deadlineMs - 50)
    expect(Date.now() - began).toBeLessThanOrEqual(deadlineMs)
  }
})
