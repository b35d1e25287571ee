/** Waits at Service Fabric: a delete that is held, one that is forced, and none that is forced unasked. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl, shop } from '../../support/examples.js'
import { fakeServiceFabric } from '../../support/fakes/service-fabric.js'
import { watched } from '../../support/fakes/watched.js'
import { type Script, Work } from '../../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../../support/virtual-clock.js'

useVirtualClock()

const setUp = (script: Script, options: object = {}) => {
  const work = new Work(script)
  const { fetch, seen } = watched(fakeServiceFabric({ 'shop~orders': work }))
  return { work, seen, system: serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5, ...options }) }
}

test('504, and then it is gone', async () => {
  const { seen, system } = setUp({ gracefulTakesMs: 12_000 })
  const receipt = await onVirtualClock(() => system.stopAndWait(shop, { deadlineMs: 60_000 }))
  expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', httpStatus: 504, attempts: 1 })
  expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  expect(receipt.steps.map(({ phase, native }) => native ?? phase)).toEqual(['Deleting', 'gone'])
})

test('escalation converts the pending delete, once, and the receipt warns and tells the story', async () => {
  const { work, system } = setUp({ forceTakesMs: 2_000 })
  const receipt = await onVirtualClock(() => system.stopAndWait(shop, { deadlineMs: 120_000, escalateAfterMs: 20_000 }))
  expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', mode: 'force', attempts: 2 })
  expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
  expect(work.stops[1]?.atMs).toBeGreaterThanOrEqual(20_000)
  expect(receipt.warnings.map(({ code }) => code)).toEqual(['remote-may-run', 'state-may-leak'])
  expect(receipt.steps.filter(({ mode }) => mode !== undefined).map(({ mode }) => mode)).toEqual(['graceful', 'force'])
})

test('without being asked, nothing is ever forced', async () => {
  const { work, system } = setUp({})
  await onVirtualClock(() => system.stopAndWait(shop, { deadlineMs: 600_000 }))
  expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful'])
})
