/** Never retarget: what is not a plain id is refused before a URL is built, and what is accepted arrives as it was. */
import {
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  isStopError,
  type Receipt,
  restate,
  serviceFabric,
} from 'allstop'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runsOr, seed } from '../support/random.js'
import { type Recorder, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

let server: Recorder
beforeAll(async () => {
  server = await startRecorder()
})
afterAll(() => server.close())

type AnySystem = Record<string, ((target: object, options?: object) => Promise<unknown>) | undefined>

/** Every field of every target that a caller fills: a target with that one field replaced. */
const fields: Record<string, (value: unknown) => readonly [system: object, target: object]> = {
  'restate invocationId': (invocationId) => [restate({ baseUrl: server.url, api: 'patch' }), { invocationId }],
  'functiongraph functionUrn': (functionUrn) => [
    functionGraph({ baseUrl: server.url }),
    { functionUrn, requestId: ids.uuid },
  ],
  'functiongraph requestId': (requestId) => [
    functionGraph({ baseUrl: server.url }),
    { functionUrn: ids.urn, requestId },
  ],
  'function-compute serviceName': (serviceName) => [computeSystem(), { ...task, serviceName }],
  'function-compute functionName': (functionName) => [computeSystem(), { ...task, functionName }],
  'function-compute invocationId': (invocationId) => [computeSystem(), { ...task, invocationId }],
  'enterprise-scheduler requestId': (requestId) => [enterpriseScheduler({ baseUrl: server.url }), { requestId }],
  'service-fabric applicationId': (applicationId) => [serviceFabric({ baseUrl: server.url }), { applicationId }],
}

const task = { serviceName: 's', functionName: 'f', invocationId: 'i' }
const computeSystem = () => functionCompute({ baseUrl: server.url })

function compute(field: object): Promise<Receipt> {
  return computeSystem().stop({ ...task, ...field })
}

const thrower = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() })
function fail(): never {
  throw new TypeError('a trap of the proxy')
}

const hostile: [string, unknown][] = [
  ['empty', ''],
  ['.', '.'],
  ['..', '..'],
  ['%2e%2e', '%2e%2e'],
  ['.%2E', '.%2E'],
  ['a/../b', 'a/../b'],
  ['a~..~b', 'a~..~b'],
  ['fabric:/../b', 'fabric:/../b'],
  ['/', '/'],
  ['a/b', 'a/b'],
  ['\\', 'a\\b'],
  ['?', 'a?b'],
  ['#', 'a#b'],
  ['%', '100%'],
  ['NUL', 'a\0b'],
  ['CR LF', 'a\r\nX-Evil: 1'],
  ['lone surrogate', 'a\ud800b'],
  ['10 kB', 'a'.repeat(10_000)],
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['1.5', 1.5],
  ['2^53', 2 ** 53],
  ['-1', -1],
  ['true', true],
  ['object', { toString: () => 'a' }],
  ['array', ['a']],
  ['function', () => 'a'],
  ['symbol', Symbol('a')],
  ['a proxy that throws', thrower],
]

describe.each(Object.keys(fields))('%s', (field) => {
  test.each(hostile)('refuses %s, whatever is to be done', async (_, value) => {
    const before = server.requests.length
    const [system, target] = fields[field]?.(value) ?? []
    for (const verb of ['stop', 'read', 'stopAndWait', 'waitUntilEnded', 'purge']) {
      const act = (system as AnySystem)[verb]
      if (act === undefined || target === undefined) continue
      const error = await act(target, { deadlineMs: 1_000 }).catch((thrown: unknown) => thrown)
      if (!isStopError(error)) throw new Error(`not a StopError: ${String(error)}`)
      expect(error).toMatchObject({ code: 'invalid_argument', operation: verb, attempts: 0, ambiguous: false })
      expect(error.message).toContain(field.split(' ')[1])
    }
    expect(server.requests).toHaveLength(before)
  })
})

describe('the target itself', () => {
  const system = () => restate({ baseUrl: server.url, api: 'patch' })
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', ids.restate],
    ['an array', [ids.restate]],
    ['a proxy that throws', thrower],
    ['a misspelt field', { invocationID: ids.restate }],
  ])('%s is refused', async (_, target) => {
    const before = server.requests.length
    await expect(system().stop(target as never)).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(server.requests).toHaveLength(before)
  })
})

test('a misspelt optional field is refused, for without it another thing would be meant', async () => {
  const before = server.requests.length
  await expect(compute({ qualifer: 'prod' })).rejects.toMatchObject({ code: 'invalid_argument' })
  expect(server.requests).toHaveLength(before)
})

test('the answer to a start is no target, but the id in it is one', async () => {
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const started = { invocationId: ids.restate, status: 'Accepted' }
  const before = server.requests.length
  await expect(system.stop(started)).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
  expect(server.requests).toHaveLength(before)
  await system.stop({ invocationId: started.invocationId })
  expect(arrived().at(2)).toBe(ids.restate)
})

/** The last request's path in decoded segments. */
const arrived = () =>
  (server.requests.at(-1)?.path ?? '')
    .split('?')[0]
    ?.split('/')
    .map((segment) => decodeURIComponent(segment)) ?? []

describe('every id that is accepted arrives as it was given', { timeout: 600_000 }, () => {
  const runs = { numRuns: runsOr(150), seed }
  // Dot segments and empty texts are rare in random strings, so they are thrown in.
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'ab.%2eE/~:$-_ '), maxLength: 12 }),
    fc.constantFrom('', '.', '..', '%2e', '%2e%2e'),
  )
  const roundTrip = (send: (id: string) => Promise<Receipt>, segment: number, expected = (id: string) => id) =>
    fc.assert(
      fc.asyncProperty(anyText, async (id) => {
        const before = server.requests.length
        const thrown = await send(id).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (thrown === undefined) expect(arrived().at(segment)).toBe(expected(id))
        else {
          expect(thrown).toMatchObject({ name: 'StopError', code: 'invalid_argument' })
          expect(server.requests).toHaveLength(before)
        }
      }),
      runs,
    )

  test('service-fabric', () =>
    roundTrip(
      (applicationId) => serviceFabric({ baseUrl: server.url }).stop({ applicationId }),
      2,
      (id) => (id.startsWith('fabric:/') ? id.slice(8).replaceAll('/', '~') : id),
    ))
  test('function-compute', () => roundTrip((invocationId) => compute({ invocationId }), 7))
  test('enterprise-scheduler', () =>
    roundTrip((requestId) => enterpriseScheduler({ baseUrl: server.url }).stop({ requestId }), 6))
  test('the typed client, whatever the text', () =>
    roundTrip(async (id) => {
      const params = { path: { invocation_id: id } }
      await restate({ baseUrl: server.url }).client.PATCH('/invocations/{invocation_id}/kill', { params })
      return {} as Receipt
    }, 2))
})
