/** A field of a target that its system does not know is refused: it would be dropped, and the stop be another one than was meant. */
import {
  allstop,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  isStopError,
  restate,
  type System,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { ids } from '../support/systems.js'

type Any = System<string, object, never, unknown>

const sent: string[] = []
const fetch = async (url: string) => {
  sent.push(url)
  return new Response(null, { status: 418 })
}
const options = { baseUrl: 'http://127.0.0.1:9', fetch, retry: false } as const
const task = { functionName: 'f', invocationId: ids.task }

const systems: Readonly<Record<string, readonly [system: unknown, target: object]>> = {
  restate: [restate({ ...options, api: 'patch' }), { invocationId: ids.restate }],
  functiongraph: [functionGraph(options), { functionUrn: ids.urn, requestId: ids.uuid }],
  'function-compute 2.0': [functionCompute(options), { serviceName: 's', ...task }],
  'function-compute 3.0': [functionCompute({ ...options, apiVersion: '2023-03-30' }), task],
  'enterprise-scheduler': [enterpriseScheduler(options), { requestId: ids.job }],
  'service-fabric': [serviceFabric(options), { applicationId: ids.application }],
}
const fleet = allstop(Object.fromEntries(Object.entries(systems).map(([name, [system]]) => [name, system as Any])))

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error('not refused')
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  return error.message
}

describe.each(Object.entries(systems))('%s', (name, [system, target]) => {
  const alone = system as Any
  const verbs = ['stop', 'read', 'stopAndWait', 'waitUntilEnded', ...('purge' in alone ? ['purge'] : [])] as 'stop'[]
  /** What belongs into the options, a misspelt field, and every field that only other systems have. */
  const others = Object.assign({}, ...Object.values(systems).map(([, other]) => other)) as object
  const foreign = Object.entries({ mode: 'force', qualifer: 'LATEST', ...others }).filter(([key]) => !(key in target))

  test.each(foreign)('%s', async (key, value) => {
    sent.length = 0
    const given = { ...target, [key]: value }
    for (const verb of verbs) {
      expect(await refusal(alone[verb](given, { deadlineMs: 1_000 } as never))).toContain(`target.${key}: is `)
    }
    for (const verb of ['stop', 'read', 'stopAndWait', 'waitUntilEnded'] as const) {
      const through = fleet[verb]({ system: name, ...given } as never, { deadlineMs: 1_000 } as never)
      expect(await refusal(through)).toContain(`${name} ${verb}: target.${key}: is `)
    }
    expect(sent).toEqual([])
  })

  test("a system's name is for a fleet", async () => {
    expect(await refusal(alone.stop({ system: name, ...target }))).toContain('target.system: is not a known field')
  })

  test('undefined is no field', async () => {
    sent.length = 0
    const nothing = Object.fromEntries(foreign.map(([key]) => [key, undefined]))
    await alone.read({ ...target, ...nothing }).catch(() => {})
    await fleet.read({ system: name, ...target, ...nothing } as never).catch(() => {})
    expect(sent.length).toBeGreaterThan(1)
  })
})

test('a mode in the target names the fields that there are', async () => {
  const [system, target] = systems['functiongraph'] ?? []
  const message = await refusal((system as Any).stop({ ...target, mode: 'graceful' }))
  expect(message).toContain('target.mode: is not a known field; known are functionUrn, requestId; options')
})

test('a target of Function Compute 3.0 at a factory of 2.0 is told the option', async () => {
  const message = await refusal((functionCompute(options) as unknown as Any).stop(task))
  expect(message).toContain(
    "target.serviceName: is missing; 2.0 needs it, and for 3.0 the factory needs apiVersion: '2023-03-30'",
  )
})

test('a service at Function Compute 3.0 is told to belong to 2.0', async () => {
  const three = functionCompute({ ...options, apiVersion: '2023-03-30' })
  const two = { serviceName: 's', ...task }
  // @ts-expect-error also as a variable: a target of 2.0 is none of 3.0
  const message = await refusal(three.stop(two))
  expect(message).toContain("target.serviceName: is only for apiVersion '2021-04-06' (2.0); 3.0 has no services")
})
