/** Never retarget: what is not a plain id is refused before a URL is built, and what is accepted arrives as it was. */
import { functionCompute, isStopError, restate } from 'allstop'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runsOr, seed } from '../support/random.js'
import { type Recorded, type Recorder, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

let server: Recorder
beforeAll(async () => {
  server = await startRecorder()
})
afterAll(() => server.close())

type AnySystem = Record<string, ((target: object, options?: object) => Promise<unknown>) | undefined>

/** Every field of every target that a caller fills. */
const fields = variants.flatMap(({ name, make, target, fields: all }) =>
  Object.entries(all).map(([field, { spelt, arrivesAs }]) => ({
    name: `${name} ${field}`,
    field,
    spelt,
    arrivesAs,
    system: () => make({ baseUrl: server.url }),
    /** The target with that one field replaced. */
    having: (value: unknown) => ({ ...target, [field]: value }),
  })),
)

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

describe.each(fields)('$name', ({ field, system, having }) => {
  test.each(hostile)('refuses %s, whatever is to be done', async (_, value) => {
    const before = server.requests.length
    const one = system() as unknown as AnySystem
    for (const verb of ['stop', 'read', 'stopAndWait', 'waitUntilEnded', 'purge']) {
      const act = one[verb]
      if (act === undefined) continue
      const error = await act(having(value), { deadlineMs: 1_000 }).catch((thrown: unknown) => thrown)
      if (!isStopError(error)) throw new Error(`not a StopError: ${String(error)}`)
      expect(error).toMatchObject({ code: 'invalid_argument', operation: verb, attempts: 0, ambiguous: false })
      expect(error.message).toContain(field)
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
  const misspelt = { serviceName: 's', functionName: 'f', invocationId: 'i', qualifer: 'prod' }
  await expect(functionCompute({ baseUrl: server.url }).stop(misspelt)).rejects.toMatchObject({
    code: 'invalid_argument',
  })
  expect(server.requests).toHaveLength(before)
})

test('the answer to a start is no target, but the id in it is one', async () => {
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const started = { invocationId: ids.restate, status: 'Accepted' }
  const before = server.requests.length
  await expect(system.stop(started)).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
  expect(server.requests).toHaveLength(before)
  await system.stop({ invocationId: started.invocationId })
  expect(server.requests.at(-1)?.path.split('/')[2]).toBe(ids.restate)
})

describe('every id that is accepted arrives as it was given', { timeout: 600_000 }, () => {
  const runs = { numRuns: runsOr(150), seed }
  // Dot segments and empty texts are rare in random strings, so they are thrown in.
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'ab.%2eE/~:$-_ '), maxLength: 12 }),
    fc.constantFrom('', '.', '..', '%2e', '%2e%2e'),
  )
  const roundTrip = (send: (id: string) => Promise<unknown>, arrived: (request: Recorded, id: string) => void) =>
    fc.assert(
      fc.asyncProperty(anyText, async (id) => {
        const before = server.requests.length
        const thrown = await send(id).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (thrown === undefined) arrived(server.requests.at(-1) as Recorded, id)
        else {
          expect(thrown).toMatchObject({ name: 'StopError', code: 'invalid_argument' })
          expect(server.requests).toHaveLength(before)
        }
      }),
      runs,
    )

  test.each(fields)('$name', ({ system, having, spelt, arrivesAs }) =>
    roundTrip(
      (id) => system().stop(having(id)),
      (request, id) => expect(decodeURIComponent(spelt(request) ?? '')).toBe(arrivesAs(id)),
    ),
  )

  test('the typed client, whatever the text', () =>
    roundTrip(
      (id) => {
        const params = { path: { invocation_id: id } }
        return restate({ baseUrl: server.url }).client.PATCH('/invocations/{invocation_id}/kill', { params })
      },
      ({ path }, id) => expect(decodeURIComponent(path.split('/')[2] ?? '')).toBe(id),
    ))
})
