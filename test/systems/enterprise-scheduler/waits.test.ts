/** Enterprise Scheduler: a force that it has to allow first, the purge of what has ended, a cancel that joins another. */
import { enterpriseScheduler, type Fetch } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl, codes } from '../../support/examples.js'
import { fakeEnterpriseScheduler } from '../../support/fakes/enterprise-scheduler.js'
import { asFetch, json } from '../../support/fakes/serve.js'
import { watched } from '../../support/fakes/watched.js'
import { type Script, Work } from '../../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../../support/virtual-clock.js'

useVirtualClock()

const setUp = (script: Script, forceAfterMs: number) => {
  const work = new Work(script)
  const { fetch, seen } = watched(fakeEnterpriseScheduler({ '9007199254740993': work }, forceAfterMs))
  return { work, seen, system: enterpriseScheduler({ baseUrl, fetch }) }
}
const target = { requestId: 9_007_199_254_740_993n }

test('forces only when the system says that it may be forced', async () => {
  const { work, seen, system } = setUp({}, 1_800_000)
  const receipt = await onVirtualClock(() =>
    system.stopAndWait(target, { deadlineMs: 3_600_000, escalateAfterMs: 60_000 }),
  )
  expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', phase: 'stopped' })
  expect(work.stops[1]?.atMs).toBeGreaterThanOrEqual(1_800_000)
  expect(seen.filter(({ path }) => path.endsWith('/forceCancel'))).toHaveLength(1)
  expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'remote-may-run'])
})

test('until then it waits, and the receipt says why it did not force', async () => {
  const { work, system } = setUp({}, 1_800_000)
  const receipt = await onVirtualClock(() =>
    system.stopAndWait(target, { deadlineMs: 600_000, escalateAfterMs: 60_000 }),
  )
  expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase: 'stopping', native: 'CANCELLING' })
  expect(receipt.why).toContain('does not allow it yet')
  expect(work.stops).toHaveLength(1)
})

test('a request that ends while it is forced', async () => {
  const { system } = setUp({ endsAfterMs: 70_000 }, 0)
  const receipt = await onVirtualClock(() =>
    system.stopAndWait(target, { deadlineMs: 600_000, escalateAfterMs: 69_999 }),
  )
  expect(['stopped', 'ended-anyway']).toContain(receipt.outcome)
})

test('purge refuses what has not ended, and removes what has', async () => {
  const { system } = setUp({ gracefulTakesMs: 5_000 }, 0)
  await expect(onVirtualClock(() => system.purge(target))).rejects.toMatchObject({ code: 'failed_precondition' })
  await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
  expect(await onVirtualClock(() => system.purge(target))).toMatchObject({ outcome: 'purged', httpStatus: 204 })
  expect(await onVirtualClock(() => system.read(target))).toMatchObject({ phase: 'gone' })
  await expect(onVirtualClock(() => system.purge(target))).rejects.toMatchObject({ code: 'not_found' })
  expect(await onVirtualClock(() => system.purge(target, { ifMissing: 'accept' }))).toMatchObject({ outcome: 'gone' })
})

test.each([400, 409])('a cancel that is refused by %i because one is under way joins that one', async (status) => {
  const fetch: Fetch = asFetch(({ method }) =>
    method === 'GET'
      ? json(200, { requestId: 42, state: 'CANCELLING' }, { 'x-request-id': 'of-the-read' })
      : json(status, { type: 'about:blank', title: 'Unsupported state for operation', status }),
  )
  const receipt = await onVirtualClock(() => enterpriseScheduler({ baseUrl, fetch }).stop({ requestId: 42 }))
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'CANCELLING', attempts: 1 })
  expect(receipt).toMatchObject({ httpStatus: 200, requestId: 'of-the-read', response: { status: 200 } })
  expect(codes(receipt)).toEqual(['children-stopped', 'already-stopping'])
})
