/** One slow read must not end a wait early, nor take the force away from it. */
import { restate } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { target } from '../support/fakes/asked.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch } from '../support/fakes/serve.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

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

test('reads that stall after a slow one are told: what is known may be old', async () => {
  const fake = fakeRestate({ [ids.restate]: new Work() })
  let reads = 0
  const fetch = asFetch(async (request) => {
    const isRow = request.url.endsWith('/query') && !(await request.clone().text()).includes('sys_journal')
    if (!isRow) return fake(request)
    reads += 1
    if (reads > 1) return new Promise<Response>(() => {})
    await new Promise((resolve) => setTimeout(resolve, 9_000))
    return fake(request)
  })
  const system = restate({ baseUrl, fetch, api: 'patch' })
  for (const deadlineMs of [20_000, 30_000]) {
    reads = 0
    const status = await onVirtualClock(() => system.waitUntilEnded(target, { deadlineMs }))
    expect(status.why).toMatch(/^not read since .*no answer within/)
    expect(status.summary).toContain('last seen running')
  }
})
