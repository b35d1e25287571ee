/** What a definition can say, and what it leaves to the defaults, shown on a system that does not exist. */
import { describe, expect, test } from 'vitest'
import { configure } from '../../src/core/call/connection.js'
import { missingOrThrow, purgedOrMissing, whyRefused } from '../../src/core/call/refused.js'
import { recordIn } from '../../src/core/call/seen.js'
import { fieldsOf } from '../../src/core/check/check.js'
import { checkInt64 } from '../../src/core/check/int64.js'
import { codeOfStatus, untilMs } from '../../src/core/http/http-status.js'
import { providerWords } from '../../src/core/http/json.js'
import { capabilitiesOf, waitRulesOf } from '../../src/core/system/defaults.js'
import type { SystemDefinition } from '../../src/core/system/definition.js'
import { createPurgeableSystem, type PurgeDefinition } from '../../src/core/system/purge.js'
import { operation, type RequestOf } from '../../src/core/words/operation.js'
import { phaseWords } from '../../src/core/words/phase.js'

type Parts = { readonly path: { readonly id: string } }
const run: RequestOf<Parts> = operation('stopRun', 'harmful', 'POST /runs/{id}/stop')
const get: RequestOf<Parts> = operation('getRun', 'none', 'GET /runs/{id}')
const remove: RequestOf<Parts> = operation('deleteRun', 'repeatable', 'DELETE /runs/{id}')
const phaseOf = phaseWords({ going: 'running', leaving: 'stopping', over: 'stopped' })

interface Target {
  readonly id: string
}
type Definition = SystemDefinition<'made-up', Target, 'graceful'> & PurgeDefinition<Target>

const definition: Definition = {
  kind: 'made-up',
  modes: { graceful: { operation: run } },
  checkTarget: (target) => ({ id: checkInt64(fieldsOf(target, 'target', ['id'])['id'], 'id') }),
  readFailure: ({ status, error, headers }, now) => {
    const words = providerWords(error, { code: ['code'], message: ['text', 'message'] })
    const resetAt = Number(headers.get('x-reset') ?? Number.NaN) * 1_000
    const missing = words.providerCode === 'hidden_run' ? 'perhaps' : words.providerCode === 'unknown_run'
    return { code: codeOfStatus(status), ...words, missing, retryAfterMs: untilMs(headers, resetAt, now) }
  },
  readState: async (call, { id }) => {
    const answer = await call.send(get, { path: { id } })
    return recordIn(call, get, answer, (body) => ({ phase: phaseOf(body.text('word')), native: body.text('word') }))
  },
  stop: async ({ call, target, look }) => {
    const { joined } = await look()
    if (joined !== undefined) return joined
    const answer = await call.send(run, { path: { id: target.id } })
    if (answer.status === 202) return { outcome: 'accepted', phase: 'unknown', answer, operation: run }
    if (answer.status !== 409) return missingOrThrow(call, run, answer)
    const { finding } = await whyRefused(run, answer, () => definition.readState(call, target), true)
    return finding ?? missingOrThrow(call, run, answer)
  },
  purge: async ({ call, target }) => {
    const answer = await call.send(remove, { path: { id: target.id } })
    return purgedOrMissing(call, remove, answer, answer.status === 204)
  },
  headers: { 'x-version': '7', 'x-none': undefined },
  redirectHint: 'the run may have moved',
  answerId: { headers: ['x-first', 'x-second'], field: 'request' },
  unescapedInPath: ':',
}

const target = { id: 42n } as never

/** A made-up system whose answers are given by method and last segment of the path. */
function madeUp(answers: Readonly<Record<string, () => Response>>, own: Partial<Definition> = {}) {
  const sent: { key: string; headers: Headers }[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const key = `${init.method} ${new URL(url).pathname.split('/').at(-1)}`
    sent.push({ key, headers: new Headers(init.headers) })
    return answers[key]?.() ?? new Response(null, { status: 500 })
  }
  const options = { baseUrl: 'http://127.0.0.1:9', fetch, retry: false }
  const system = configure(madeUp, 'made-up', options, { schemes: [] }, (settings) =>
    createPurgeableSystem(settings, { ...definition, ...own }),
  )
  return { system, sent }
}

const unknownRun = () => Response.json({ code: 'unknown_run', text: 'no such run', request: 'r-7' }, { status: 404 })
const word = (text: string) => () => Response.json({ word: text })

describe('what follows from a definition', () => {
  test('the modes, the gentlest first, and whether a second stop is harmless', () => {
    const force = { operation: remove }
    const both = { ...definition, modes: { force, graceful: { operation: run } } }
    expect(capabilitiesOf(both)).toEqual({ modes: ['graceful', 'force'], defaultMode: 'graceful' })
    expect(waitRulesOf(both, 'mine').repeatable).toEqual({ graceful: false, force: true })
    expect(capabilitiesOf({ ...definition, modes: { force } })).toEqual({ modes: ['force'], defaultMode: 'force' })
    expect(() => capabilitiesOf({ ...definition, modes: {} })).toThrow('at least one mode')
  })

  test('the defaults of a wait', () => {
    expect(waitRulesOf(definition, 'mine')).toEqual({
      name: 'mine',
      kind: 'made-up',
      poll: { minDelayMs: 1_000, maxDelayMs: 10_000 },
      repeatable: { graceful: false, force: false },
      sideEffects: { graceful: [], force: [] },
      goneIsStopped: false,
      mayVanish: false,
      forceNeedsPermission: false,
      appearsWithinMs: 0,
    })
  })
})

test('an int64 id keeps its digits, and fixed headers are sent with every request', async () => {
  const { system, sent } = madeUp({ 'GET 9007199254740993': word('going') })
  expect(await system.read({ id: 9_007_199_254_740_993n } as never)).toMatchObject({ phase: 'running' })
  expect(sent[0]?.headers.get('x-version')).toBe('7')
  expect(sent[0]?.headers.has('x-none')).toBe(false)
  await expect(system.read({ id: 2 ** 53 } as never)).rejects.toMatchObject({ code: 'invalid_argument' })
})

test('the id of the HTTP request is the first of the headers, else the field of the body', async () => {
  const withBoth = () => Response.json({ word: 'going' }, { headers: { 'x-second': 'two', 'x-first': 'one' } })
  expect(await madeUp({ 'GET 42': withBoth }).system.read(target)).toMatchObject({ requestId: 'one' })
  const { system } = madeUp({ 'GET 42': word('going'), 'POST stop': unknownRun })
  expect(await system.read(target)).not.toHaveProperty('requestId')
  await expect(system.stop(target)).rejects.toMatchObject({ code: 'not_found', requestId: 'r-7' })
})

test('a redirect is refused with what it means there', async () => {
  const moved = () => new Response(null, { status: 301, headers: { location: '/elsewhere' } })
  await expect(madeUp({ 'GET 42': moved }).system.read(target)).rejects.toMatchObject({
    code: 'protocol',
    message: expect.stringContaining('check baseUrl; the run may have moved'),
  })
})

test("a moment in a header is counted from the server's own Date, else from the clock here", async () => {
  const limited = (headers: Record<string, string>) => () => new Response(null, { status: 429, headers })
  const date = 'Sat, 01 Jan 2000 00:00:00 GMT'
  const reset = String(Date.parse(date) / 1_000 + 30)
  const read = (headers: Record<string, string>) => madeUp({ 'GET 42': limited(headers) }).system.read(target)
  await expect(read({ date, 'x-reset': reset })).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 })
  // It is long ago by the clock here.
  await expect(read({ 'x-reset': reset })).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 0 })
  const error = await read({}).catch((thrown: unknown) => thrown)
  expect(error).not.toHaveProperty('retryAfterMs')
})

describe('a refused stop', () => {
  const refused = () => new Response(null, { status: 409 })
  const blind = () => new Response(null, { status: 503 })
  /** The first read is that before the stop. */
  const reads = (first: () => Response, second: () => Response) => {
    let asked = 0
    return () => {
      asked += 1
      return asked === 1 ? first() : second()
    }
  }

  test.each([
    ['had ended', word('over'), { outcome: 'already-ended', phase: 'stopped' }],
    ['is being stopped', word('leaving'), { outcome: 'accepted', phase: 'stopping' }],
  ] as const)('the work %s', async (_, second, receipt) => {
    const { system } = madeUp({ 'GET 42': reads(word('going'), second), 'POST stop': refused })
    expect(await system.stop(target)).toMatchObject(receipt)
  })

  test.each([
    ['still runs', word('going')],
    ['cannot be read', blind],
  ] as const)('the work %s: the refusal is an error', async (_, second) => {
    const { system } = madeUp({ 'GET 42': reads(word('going'), second), 'POST stop': refused })
    await expect(system.stop(target)).rejects.toMatchObject({ code: 'failed_precondition' })
  })
})

describe('the read before a stop', () => {
  const taken = () => new Response(null, { status: 202 })
  const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }) =>
    warnings.map(({ code }) => code)

  test('joins a stop that is under way', async () => {
    const { system, sent } = madeUp({ 'GET 42': word('leaving'), 'POST stop': taken })
    expect(codes(await system.stop(target))).toEqual(['already-stopping'])
    expect(sent.map(({ key }) => key)).toEqual(['GET 42'])
  })

  test.each([
    ['shows the state', word('going'), []],
    ['shows a word that is not known', word('whatever'), ['not-checked']],
    ['fails', () => new Response(null, { status: 503 }), ['not-checked']],
  ] as const)('%s: the stop is sent', async (_, read, warnings) => {
    const { system, sent } = madeUp({ 'GET 42': read, 'POST stop': taken })
    expect(codes(await system.stop(target))).toEqual(warnings)
    expect(sent.map(({ key }) => key)).toEqual(['GET 42', 'POST stop'])
  })

  test('is left out when the caller wants a second stop', async () => {
    const { system, sent } = madeUp({ 'GET 42': word('leaving'), 'POST stop': taken })
    await system.stop(target, { ifStopping: 'repeat' })
    expect(sent.map(({ key }) => key)).toEqual(['POST stop'])
  })
})

test('an answer that work may only be hidden by is no end, and accepts nothing', async () => {
  const hidden = () => Response.json({ code: 'hidden_run', text: 'not found' }, { status: 404 })
  const { system } = madeUp({ 'GET 42': hidden, 'POST stop': hidden, 'DELETE 42': hidden })
  const why = 'there is no record, or the system does not show it to this caller'
  expect(await system.read(target)).toMatchObject({ phase: 'unknown', ended: false, why })
  const wait = { deadlineMs: 30, poll: { minDelayMs: 5, maxDelayMs: 5 } }
  expect(await system.waitUntilEnded(target, wait)).toMatchObject({ phase: 'unknown', ended: false })
  for (const act of [system.stop, system.purge]) {
    await expect(act(target, { ifMissing: 'accept' })).rejects.toMatchObject({ code: 'not_found', httpStatus: 404 })
  }
})

test('a purge says what is proved', async () => {
  const purge = (status: number) => madeUp({ 'DELETE 42': () => new Response(null, { status }) }).system.purge(target)
  expect(await purge(204)).toMatchObject({ outcome: 'purged' })
  await expect(purge(202)).rejects.toMatchObject({ code: 'protocol' })
  const { system } = madeUp({ 'DELETE 42': unknownRun })
  await expect(system.purge(target)).rejects.toMatchObject({ code: 'not_found' })
  expect(await system.purge(target, { ifMissing: 'accept' })).toMatchObject({ outcome: 'gone' })
})
