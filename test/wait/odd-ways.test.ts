/** Waits that go another way than the straight one: force is refused, nothing can be read, nobody knows the target. */
import { basic, enterpriseScheduler, type Fetch, functionCompute, restate, serviceFabric } from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { baseUrl, shop, task } from '../support/examples.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { lost } from '../support/fakes/troubled.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

describe('escalation that is refused', () => {
  /** A cluster whose answers to a forced delete are `replies`, one after the other, and then its own. */
  function cluster(work: Work, replies: (() => Response)[]) {
    const fake = fakeServiceFabric({ 'shop~orders': work })
    const forced: number[] = []
    const fetch = asFetch((request) => {
      if (!request.url.includes('ForceRemove=true')) return fake(request)
      forced.push(Date.now())
      return replies.shift()?.() ?? fake(request)
    })
    return { system: serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5 }), forced }
  }
  const conflict = () => json(409, { Error: { Code: 'FABRIC_E_WRITE_CONFLICT', Message: 'Write conflict' } })
  const refused = () => lost('ECONNREFUSED')
  const options = { deadlineMs: 120_000, escalateAfterMs: 10_000 }

  test('by a conflict: it is not tried again, the wait goes on, and the receipt says why', async () => {
    const { system, forced } = cluster(new Work(), [conflict, conflict])
    const receipt = await onVirtualClock(() => system.stopAndWait(shop, options))
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase: 'stopping' })
    expect(receipt.why).toContain('FABRIC_E_WRITE_CONFLICT')
    expect(forced).toHaveLength(1)
  })

  test('by a connection that was never made: nothing was spent, so it is tried at the next look', async () => {
    const work = new Work()
    const { system, forced } = cluster(work, [refused, refused])
    const receipt = await onVirtualClock(() => system.stopAndWait(shop, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', phase: 'gone' })
    expect(forced).toHaveLength(3)
    expect(work.stops.map(({ mode }) => mode)).toEqual(['graceful', 'force'])
  })

  test('by a missing role: that cannot pass, and the error says that the stop was accepted', async () => {
    const denied = () => json(403, { Error: { Code: 'E_ACCESSDENIED', Message: 'Access denied.' } })
    const { system } = cluster(new Work(), [denied])
    await expect(onVirtualClock(() => system.stopAndWait(shop, options))).rejects.toMatchObject({
      code: 'permission_denied',
      receipt: { outcome: 'accepted' },
    })
  })
})

describe('a stop that any id would have been granted', () => {
  /** Restate's DELETE without an answer to the queries before it; afterwards the query tells that there is no such row. */
  function blindAtFirst(): Fetch {
    const fake = asFetch(fakeRestate({}))
    let queries = 0
    return async (url, init) => {
      if (url.endsWith('/query')) return queries++ < 2 ? new Response('', { status: 404 }) : fake(url, init)
      return new Response(null, { status: 202 })
    }
  }
  const target = { invocationId: ids.restate }
  const system = () => restate({ baseUrl, api: 'delete', fetch: blindAtFirst() })

  test('is not found when there is no record afterwards', async () => {
    await expect(onVirtualClock(() => system().stopAndWait(target, { deadlineMs: 5_000 }))).rejects.toMatchObject({
      code: 'not_found',
      receipt: { outcome: 'accepted', httpStatus: 202 },
    })
  })

  test('or gone, if that is good enough', async () => {
    const options = { deadlineMs: 5_000, ifMissing: 'accept' as const }
    expect(await onVirtualClock(() => system().stopAndWait(target, options))).toMatchObject({ outcome: 'gone' })
  })
})

describe.each(variants)('waitUntilEnded that learns nothing of $name', ({ make, target }) => {
  const silent = make({ baseUrl, fetch: asFetch(() => json(503, {})) })

  test('is an error at the deadline: there is no state to give back', async () => {
    await expect(onVirtualClock(() => silent.waitUntilEnded(target, { deadlineMs: 5_000 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
      ambiguous: false,
    })
  })

  test('ends with the signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1_234)
    const options = { deadlineMs: 60_000, signal: controller.signal }
    await expect(onVirtualClock(() => silent.waitUntilEnded(target, options))).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a signal that had fired before: nothing is asked', async () => {
    const asked: string[] = []
    const fetch = asFetch((request) => {
      asked.push(request.url)
      return json(503, {})
    })
    const options = { deadlineMs: 60_000, signal: AbortSignal.abort() }
    await expect(make({ baseUrl, fetch }).waitUntilEnded(target, options)).rejects.toMatchObject({ code: 'aborted' })
    expect(asked).toEqual([])
  })
})

describe('a stop whose answers were lost is sent again, and then', () => {
  const status = (word: string) => json(200, { invocationId: task.invocationId, status: word })
  const completed = () => json(412, { errorCode: 'StatefulAsyncInvocationAlreadyCompleted', errorMessage: 'ended' })

  /** A task whose first stop is lost in all its tries; then both kinds of requests are answered from lists. */
  function scripted(stops: (() => Response)[], reads: (() => Response)[]) {
    let tries = 0
    const fetch = asFetch(({ method }) => {
      if (method === 'GET') return (reads.length > 1 ? reads.shift() : reads[0])?.() ?? lost()
      tries += 1
      return tries <= 4 ? lost() : (stops.shift()?.() ?? lost())
    })
    return functionCompute({ baseUrl, fetch })
  }

  test.each([
    ['Succeeded', 'ended-anyway', 'succeeded'],
    ['Stopped', 'stopped', 'stopped'],
    ['Failed', 'ended-anyway', 'failed'],
  ])('it had ended in between: %s', async (word, outcome, phase) => {
    const system = scripted([completed], [() => status('Running'), () => status(word)])
    const receipt = await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome, phase, attempts: 5 })
  })

  test('it had ended, and how cannot be read at once', async () => {
    const reads = [() => status('Running'), ...Array(4).fill(() => json(503, {})), () => status('Stopped')]
    const receipt = await onVirtualClock(() => scripted([completed], reads).stopAndWait(task, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped' })
  })

  test('there is no time left for it', async () => {
    const system = scripted([], [() => status('Running')])
    // Whoever listens takes all the time there is.
    const onPhase = () => void vi.advanceTimersByTime(100_000)
    await expect(onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 60_000, onPhase }))).rejects.toMatchObject(
      { code: 'unavailable', ambiguous: true, attempts: 4 },
    )
  })

  test('lost again and again, it is sent in four rounds of four tries, and the error stays ambiguous', async () => {
    const system = scripted([], [() => status('Running')])
    await expect(onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 600_000 }))).rejects.toMatchObject({
      code: 'unavailable',
      ambiguous: true,
    })
  })

  test('refused for a moment, it is sent at the next look', async () => {
    const throttled = () => json(429, {}, { 'retry-after': '60' })
    const taken = () => json(200, {})
    const system = scripted(
      [throttled, taken],
      [() => status('Running'), () => status('Running'), () => status('Stopped')],
    )
    const receipt = await onVirtualClock(() => system.stopAndWait(task, { deadlineMs: 600_000, timeoutMs: 20_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 6 })
  })

  test("but Restate's cancel is not", async () => {
    const seen: string[] = []
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const fetch = asFetch((request) => {
      seen.push(request.method)
      return request.method === 'PATCH' ? lost() : fake(request)
    })
    const system = restate({ baseUrl, fetch, api: 'patch' })
    await expect(
      onVirtualClock(() => system.stopAndWait({ invocationId: ids.restate }, { deadlineMs: 60_000 })),
    ).rejects.toMatchObject({ operation: 'cancelInvocation', ambiguous: true, attempts: 1 })
    expect(seen.filter((method) => method === 'PATCH')).toHaveLength(1)
  })

  test('the application is gone, which is what a delete does', async () => {
    const fake = fakeServiceFabric({ 'shop~orders': new Work() })
    const answers = [lost, lost, lost, lost, () => json(404, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND' } })]
    const fetch = asFetch((request) => (request.method === 'GET' ? fake(request) : (answers.shift()?.() ?? lost())))
    const receipt = await onVirtualClock(() =>
      serviceFabric({ baseUrl, fetch }).stopAndWait(shop, { deadlineMs: 60_000 }),
    )
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 5 })
  })
})

test('a force that Enterprise Scheduler takes back its word for is tried again when it says so again', async () => {
  const work = new Work()
  const fake = fakeEnterpriseScheduler({ '42': work }, 10_000)
  let refused = 0
  const fetch = asFetch((request) => {
    if (!request.url.endsWith('/forceCancel') || refused++ > 0) return fake(request)
    return json(400, { type: 'about:blank', title: 'Unsupported state for operation', status: 400 })
  })
  const system = enterpriseScheduler({ baseUrl, fetch, auth: basic({ username: 'u', password: 'p' }) })
  const options = { deadlineMs: 600_000, escalateAfterMs: 1_000 }
  const receipt = await onVirtualClock(() => system.stopAndWait({ requestId: 42 }, options))
  expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
  expect(refused).toBe(2)
})

test('a signal that fires while a state is told ends the wait there', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const asked: string[] = []
  const fetch = asFetch((request) => {
    asked.push(request.url)
    return fakeRestate({ [ids.restate]: new Work() })(request)
  })
  const system = restate({ baseUrl, fetch })
  const onPhase = () => controller.abort()
  const wait = () => system.waitUntilEnded({ invocationId: ids.restate }, { deadlineMs: 60_000, signal, onPhase })
  await expect(onVirtualClock(wait)).rejects.toMatchObject({ code: 'aborted' })
  // One look: the row and the journal.
  expect(asked).toHaveLength(2)
})

test('a signal that fires while a state is being read ends the wait at once', async () => {
  const controller = new AbortController()
  const fetch = asFetch(() => new Promise<never>(() => {}))
  setTimeout(() => controller.abort(), 2_000)
  const wait = () =>
    restate({ baseUrl, fetch }).waitUntilEnded(
      { invocationId: ids.restate },
      { deadlineMs: 60_000, signal: controller.signal },
    )
  const began = Date.now()
  await expect(onVirtualClock(wait)).rejects.toMatchObject({ code: 'aborted' })
  expect(Date.now() - began).toBe(2_000)
})

test('after a pause that was far too long, for the machine slept, nothing more is asked', async () => {
  const asked: string[] = []
  const fake = fakeRestate({ [ids.restate]: new Work() })
  const fetch = asFetch((request) => {
    asked.push(request.url)
    return fake(request)
  })
  const poll = { minDelayMs: 5_000, maxDelayMs: 5_000 }
  setTimeout(() => vi.advanceTimersByTime(100_000), 1_000)
  const status = await onVirtualClock(() =>
    restate({ baseUrl, fetch }).waitUntilEnded({ invocationId: ids.restate }, { deadlineMs: 60_000, poll }),
  )
  expect(status).toMatchObject({ phase: 'running', ended: false })
  expect(asked).toHaveLength(2)
})
