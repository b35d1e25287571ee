/** The stateful fakes say nothing that the specs do not: each answer of a whole life passes through Prism. */
import {
  authToken,
  basic,
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  serviceFabric,
  signed,
} from 'allstop'
import { expect, test } from 'vitest'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../support/fakes/function-compute.js'
import { fakeFunctionGraph } from '../support/fakes/functiongraph.js'
import { type Fake, serve } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { Work } from '../support/fakes/work.js'
import { assertNoViolation, type SpecName, startPrism } from '../support/prism.js'
import { ids } from '../support/systems.js'

const checkedFetch: Fetch = async (url, init) => {
  const response = await fetch(url, init)
  await assertNoViolation(response)
  return response
}

/** Short pauses: these run in real time. */
const wait = { deadlineMs: 5_000, poll: { minDelayMs: 20, maxDelayMs: 50 } }
const life = () => new Work({ gracefulTakesMs: 150, forceTakesMs: 150 })

interface Life {
  readonly spec: SpecName
  readonly fake: Fake
  /** Waits for the end, then asks for what has ended and for what never was. */
  live(options: { baseUrl: string; fetch: Fetch }): Promise<readonly unknown[]>
}

const compute = signed(() => ({ authorization: 'ACS3-HMAC-SHA256 test' }))

const lives: readonly Life[] = [
  {
    spec: 'functiongraph',
    fake: fakeFunctionGraph({ [ids.uuid]: life() }),
    live: async (options) => {
      const system = functionGraph({ ...options, auth: authToken('t') })
      const target = { functionUrn: ids.urn, requestId: ids.uuid }
      const { outcome } = await system.stopAndWait(target, wait)
      const none = { ...target, requestId: 'none' }
      return [
        outcome,
        (await system.stop(target)).outcome,
        await code(system.stop(none)),
        (await system.read(none)).phase,
      ]
    },
  },
  {
    spec: 'function-compute',
    fake: fakeFunctionCompute({ t2: life(), t3: life() }),
    live: async (options) => {
      const two = functionCompute({ ...options, auth: compute })
      const three = functionCompute({ ...options, auth: compute, apiVersion: '2023-03-30' })
      const target2 = { serviceName: 's', functionName: 'f', invocationId: 't2' }
      const target3 = { functionName: 'f', invocationId: 't3' }
      return [
        (await two.stopAndWait(target2, wait)).outcome,
        (await two.stop(target2)).outcome,
        await code(two.stop({ ...target2, invocationId: 'none' })),
        (await three.stopAndWait(target3, wait)).outcome,
        (await three.stop(target3)).outcome,
        await code(three.stop({ ...target3, invocationId: 'none' })),
      ]
    },
  },
  {
    spec: 'enterprise-scheduler',
    fake: fakeEnterpriseScheduler({ '42': life(), '43': new Work() }, 0),
    live: async (options) => {
      const system = enterpriseScheduler({ ...options, auth: basic({ username: 'u', password: 'p' }) })
      const forced = await system.stopAndWait({ requestId: 43 }, { ...wait, escalateAfterMs: 100 })
      return [
        (await system.stopAndWait({ requestId: 42 }, wait)).outcome,
        (await system.stop({ requestId: 42 })).outcome,
        await code(system.stop({ requestId: 44 })),
        `${forced.outcome} by ${forced.mode}`,
        (await system.purge({ requestId: 42 })).outcome,
      ]
    },
  },
  {
    spec: 'service-fabric',
    fake: fakeServiceFabric({ a: life(), b: new Work() }),
    live: async (options) => {
      const system = serviceFabric({ ...options, serverTimeoutSeconds: 1 })
      const forced = await system.stopAndWait({ applicationId: 'b' }, { ...wait, escalateAfterMs: 1_500 })
      return [
        (await system.stopAndWait({ applicationId: 'a' }, wait)).outcome,
        await code(system.stop({ applicationId: 'a' })),
        `${forced.outcome} by ${forced.mode}`,
      ]
    },
  },
]

const expected: Record<string, readonly unknown[]> = {
  functiongraph: ['stopped', 'already-ended', 'not_found', 'unknown'],
  'function-compute': ['stopped', 'already-ended', 'not_found', 'stopped', 'already-ended', 'not_found'],
  'enterprise-scheduler': ['stopped', 'already-ended', 'not_found', 'stopped by force', 'purged'],
  'service-fabric': ['stopped', 'not_found', 'stopped by force'],
}

test.each(lives)('$spec', async ({ spec, fake, live }) => {
  await using served = await serve(fake)
  await using prism = await startPrism(spec, served.url)
  expect(await live({ baseUrl: prism.url, fetch: checkedFetch })).toEqual(expected[spec])
})

async function code(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'no error',
    (error: { code: unknown }) => error.code,
  )
}
