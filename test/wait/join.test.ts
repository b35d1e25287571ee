/** Stops that find another under way: seen before they are sent, told by a refusal, or asked for at the same time. */
import {
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  type Receipt,
  type StopOptions,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, codes, shop, task } from '../support/examples.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { errorOf, lost } from '../support/fakes/troubled.js'
import { type Seen, watched } from '../support/fakes/watched.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

const methods = (seen: readonly Seen[]) => seen.map(({ method }) => method)

describe('Service Fabric looks before a plain delete', () => {
  const state = (Status: string) => () => json(200, { Id: 'shop~orders', Status, HealthState: 'Error' })
  const nothing = () => new Response(null, { status: 204 })
  const done = () => new Response(null, { status: 200 })
  const page504 = () => new Response('<html>504 Gateway Time-out</html>', { status: 504 })
  const missing = () => json(404, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND', Message: 'not there' } })

  /** A cluster whose reads and deletes are answered from lists, the last again and again. */
  function cluster(reads: (() => Response)[], deletes: (() => Response)[]) {
    const next = (list: (() => Response)[]) => (list.length > 1 ? list.shift() : list[0])?.() ?? lost()
    const { fetch, seen } = watched(({ method }) => next(method === 'GET' ? reads : deletes))
    return { seen, system: serviceFabric({ baseUrl, fetch }) }
  }

  test('and joins one that is under way: nothing is sent, and the answer is that of the look', async () => {
    const { seen, system } = cluster([state('Deleting')], [done])
    const receipt = await onVirtualClock(() => system.stop(shop))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'Deleting', attempts: 0 })
    expect(receipt).toMatchObject({ httpStatus: 200, response: { body: { Status: 'Deleting' } } })
    expect(codes(receipt)).toEqual(['remote-may-run', 'already-stopping'])
    expect(methods(seen)).toEqual(['GET'])
  })

  test.each([
    ['force', { mode: 'force' }],
    ['a repeat that is asked for', { ifStopping: 'repeat' }],
  ] as const)('but %s is sent without a look', async (_, options) => {
    const { seen, system } = cluster([state('Deleting')], [done])
    const receipt = await onVirtualClock(() => system.stop(shop, options))
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
    expect(methods(seen)).toEqual(['POST'])
  })

  test.each([
    ['fails', () => json(503, {})],
    ['is refused', () => json(403, { Error: { Code: 'E_ACCESSDENIED' } })],
    ['is lost', lost],
    ['is answered by another server', () => new Response('<html>')],
    ['is of another application', () => json(200, { Id: 'else', Status: 'Deleting' })],
    ['gives a word that is not known', state('Vanishing')],
  ])('a look that %s keeps no delete from being sent, and the receipt says so', async (_, look) => {
    const { seen, system } = cluster([look], [done])
    const receipt = await onVirtualClock(() => system.stop(shop))
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
    expect(codes(receipt)).toEqual(['remote-may-run', 'not-checked'])
    expect(methods(seen)).toEqual(['GET', 'POST'])
  })

  test('a look that is not answered is given up after five seconds', async () => {
    const sent: number[] = []
    const began = Date.now()
    const fetch = asFetch(({ method }) => {
      if (method === 'GET') return new Promise<Response>(() => {})
      sent.push(Date.now() - began)
      return done()
    })
    const receipt = await onVirtualClock(() => serviceFabric({ baseUrl, fetch }).stop(shop))
    expect(sent).toEqual([5_000])
    expect(codes(receipt)).toContain('not-checked')
  })

  test("the caller's signal ends the look, and nothing is sent", async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1_000)
    const { fetch, seen } = watched(() => new Promise<Response>(() => {}))
    const system = serviceFabric({ baseUrl, fetch })
    const error = await errorOf(() => system.stop(shop, { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'aborted', operation: 'getApplicationInfo', ambiguous: false })
    expect(methods(seen)).toEqual(['GET'])
  })

  test.each([
    ['seen, then 504 and no record', [state('Ready'), nothing], [page504], 504],
    ['seen, then 404 at the first try', [state('Ready')], [missing], 404],
    ['seen, then 404 after a lost try', [state('Failed')], [lost, missing], 404],
    ['seen in creation, then 404', [state('Creating')], [missing], 404],
  ])('%s: a delete took it', async (_, reads, deletes, httpStatus) => {
    const receipt = await onVirtualClock(() => cluster([...reads], [...deletes]).system.stop(shop))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', httpStatus })
    expect(codes(receipt).includes('earlier-try-unanswered')).toBe(deletes.length > 1)
  })

  test.each([
    ["a proxy's 504, and no record before or after", [nothing], [page504], {}],
    ["a proxy's 504 by force, and no record after", [nothing], [page504], { mode: 'force' }],
    ['404, and no record before', [nothing], [missing], {}],
    ['a state that is not known, then 404', [state('Vanishing')], [missing], {}],
    ['a lost try, then 404, and no look', [lost], [lost, missing], {}],
  ] as const)('%s: nothing says that it ever was', async (_, reads, deletes, options) => {
    const system = () => cluster([...reads], [...deletes]).system
    expect(await errorOf(() => system().stop(shop, options))).toMatchObject({ code: 'not_found' })
    const accepted = await onVirtualClock(() => system().stop(shop, { ...options, ifMissing: 'accept' }))
    expect(accepted).toMatchObject({ outcome: 'gone', phase: 'gone' })
    const wait = { ...options, deadlineMs: 30_000 }
    expect(await errorOf(() => system().stopAndWait(shop, wait))).toMatchObject({ code: 'not_found' })
    const waited = await onVirtualClock(() => system().stopAndWait(shop, { ...wait, ifMissing: 'accept' }))
    expect(waited).toMatchObject({ outcome: 'gone' })
  })

  test('a wait that joins follows the delete of somebody else to its end', async () => {
    const { seen, system } = cluster([state('Deleting'), state('Deleting'), nothing], [done])
    const receipt = await onVirtualClock(() => system.stopAndWait(shop, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', attempts: 0 })
    expect(codes(receipt)).toEqual(['remote-may-run', 'already-stopping'])
    expect(new Set(methods(seen))).toEqual(new Set(['GET']))
  })

  test("a 404 of a read is the gateway's word as well as a 204", async () => {
    expect(await onVirtualClock(() => cluster([missing], []).system.read(shop))).toMatchObject({ phase: 'gone' })
  })
})

describe('a stop that is refused because one is under way joins that one', () => {
  const completed = () => json(412, { errorCode: 'StatefulAsyncInvocationAlreadyCompleted', errorMessage: 'over' })
  const refusals: readonly (readonly [string, () => Response])[] = [
    ['400', () => json(400, { errorCode: 'InvalidArgument', errorMessage: 'the status does not allow it' })],
    ['409', () => json(409, { errorCode: 'ConcurrentUpdateError', errorMessage: 'busy' })],
    ['412', completed],
    ['412 of another kind', () => json(412, { errorCode: 'PreconditionFailed', errorMessage: 'no' })],
  ]
  const compute = (refusal: () => Response, read: () => Response) =>
    functionCompute({ baseUrl, fetch: asFetch(({ method }) => (method === 'GET' ? read() : refusal())) })
  const says = (status: string) => () =>
    json(200, { invocationId: 't', status, requestId: 'of-the-task' }, { 'x-fc-request-id': 'of-the-read' })

  test.each(refusals)('at Function Compute by %s', async (_, refusal) => {
    const receipt = await onVirtualClock(() => compute(refusal, says('Stopping')).stop(task))
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'Stopping', attempts: 1 })
    expect(receipt).toMatchObject({ httpStatus: 200, requestId: 'of-the-read', response: { status: 200 } })
    expect(codes(receipt)).toEqual(['already-stopping'])
  })

  test.each(['Running', 'Enqueued', 'Retrying'])(
    'a task that says %s has not ended, whatever 412 says',
    async (word) => {
      const error = await errorOf(() => compute(completed, says(word)).stop(task))
      expect(error).toMatchObject({ code: 'failed_precondition', httpStatus: 412, ambiguous: false })
      expect(error.message).toContain(word)
    },
  )

  test.each([
    ['Succeeded', says('Succeeded'), 'succeeded'],
    ['nothing, for it cannot be read', () => json(403, { errorCode: 'AccessDenied', errorMessage: 'no' }), 'unknown'],
    ['a word that is not known', says('Processed'), 'unknown'],
    ['that it has no record any more', () => json(404, { errorCode: 'StatefulAsyncInvocationNotFound' }), 'gone'],
  ])('a task that says %s has ended, as 412 says', async (_, read, phase) => {
    const receipt = await onVirtualClock(() => compute(completed, read).stop(task))
    expect(receipt).toMatchObject({ outcome: 'already-ended', phase, httpStatus: 412, warnings: [] })
  })

  test.each([400, 409])('at Enterprise Scheduler by %i', async (status) => {
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
})

describe('graceful stops of one target at one time are one', () => {
  type Stop = (options?: Pick<StopOptions, 'signal' | 'timeoutMs' | 'ifStopping'>) => Promise<Receipt>
  /** For each system: what it answers to a stop, its state before, and the stop under its own and under other names. */
  const systems: Record<string, { taken: () => Response; before: () => Response; make(fetch: Fetch): Stop[] }> = {
    'function-compute': {
      taken: () => json(200, {}),
      before: () => json(200, { invocationId: 't', status: 'Running' }),
      make: (fetch) => {
        const system = functionCompute({ baseUrl, fetch })
        return [system, system.named('other')].map((one) => (options) => one.stop(task, options))
      },
    },
    'enterprise-scheduler': {
      taken: () => json(200, { links: [] }),
      before: () => json(200, { requestId: 42, state: 'RUNNING' }),
      make: (fetch) => {
        const system = enterpriseScheduler({ baseUrl, fetch })
        // One request, in each form that its id may have.
        return [system, system.named('other')].map(
          (one, n) => (options) => one.stop({ requestId: n ? '42' : 42n }, options),
        )
      },
    },
    'service-fabric': {
      taken: () => new Response(null, { status: 200 }),
      before: () => json(200, { Id: 'shop~orders', Status: 'Ready' }),
      make: (fetch) => {
        const system = serviceFabric({ baseUrl, fetch })
        const forms = [shop, { applicationId: 'shop~orders' }]
        return [system, system.named('other')].map((one, n) => (options) => one.stop(forms[n] ?? shop, options))
      },
    },
  }

  describe.each(Object.entries(systems))('%s', (name, { taken, before, make }) => {
    /** Answers the changes one after the other, each after a second. */
    function setUp(answers: (() => Response)[]) {
      const changes: number[] = []
      const fetch = asFetch(async ({ method }) => {
        if (method === 'GET') return before()
        changes.push(Date.now())
        const answer = answers.shift() ?? taken
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        return answer()
      })
      const [one, other] = make(fetch) as [Stop, Stop]
      return { changes, one, other }
    }
    const outcome = name === 'service-fabric' ? 'stopped' : 'accepted'

    test('five, under two names, send one request, and four say that they joined', async () => {
      const { changes, one, other } = setUp([])
      const receipts = await onVirtualClock(() => Promise.all([one(), other(), one(), other(), one()]))
      expect(changes).toHaveLength(1)
      expect(receipts.map((receipt) => receipt.outcome)).toEqual(Array(5).fill(outcome))
      expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
      expect(receipts.map((receipt) => codes(receipt).includes('already-stopping'))).toEqual([
        false,
        ...Array(4).fill(true),
      ])
      expect(new Set(receipts.map(({ system }) => system))).toEqual(new Set([name, 'other']))
      // Over is over: the next one is sent.
      await onVirtualClock(() => one())
      expect(changes).toHaveLength(2)
    })

    test("each caller's signal and time end its own wait only", async () => {
      const { changes, one, other } = setUp([])
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 300)
      const all = [one(), other({ signal: controller.signal }), one({ timeoutMs: 500 }), other()]
      const results = await onVirtualClock(() => Promise.allSettled(all))
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
      const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined))
      // They sent nothing, but what they asked for is on its way.
      expect(reasons[1]).toMatchObject({ code: 'aborted', ambiguous: true, attempts: 0 })
      expect(reasons[2]).toMatchObject({ code: 'deadline_exceeded', ambiguous: true, attempts: 0 })
      expect(changes).toHaveLength(1)
    })

    test('when the one that was sent fails, the others go on, and again as one', async () => {
      const { changes, one, other } = setUp([() => json(401, {})])
      const results = await onVirtualClock(() => Promise.allSettled([one(), other(), one(), other()]))
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
      expect(changes).toHaveLength(2)
    })

    test('when the one that sent it gives up, the others go on', async () => {
      const { changes, one, other } = setUp([])
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 300)
      const all = [one({ signal: controller.signal }), other(), one()]
      const results = await onVirtualClock(() => Promise.allSettled(all))
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
      expect(changes).toHaveLength(2)
    })

    test('repeats that are asked for are all sent', async () => {
      const { changes, one, other } = setUp([])
      const options = { ifStopping: 'repeat' as const }
      await onVirtualClock(() => Promise.all([one(options), other(options), one(options)]))
      expect(changes).toHaveLength(3)
    })
  })
})
