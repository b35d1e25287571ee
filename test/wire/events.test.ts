/** Events and log lines: what is told of a call, to whom, and that no secret is in it. */
import { Console } from 'node:console'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import {
  type Events,
  enterpriseScheduler,
  isStopError,
  type Logger,
  oauth2ClientCredentials,
  onEvent,
  restate,
} from 'allstop'
import { afterEach, describe, expect, test } from 'vitest'
import { allSystems } from '../support/bound.js'
import { errorBody } from '../support/error-body.js'
import { type Recorded, type Reply, startRecorder } from '../support/recorder.js'
import { canary, ids } from '../support/systems.js'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** Everything that is published, in order. */
function heard(): { name: keyof Events; event: Events[keyof Events] }[] {
  const all: { name: keyof Events; event: Events[keyof Events] }[] = []
  const names: (keyof Events)[] = [
    'allstop:stop',
    'allstop:read',
    'allstop:stopAndWait',
    'allstop:waitUntilEnded',
    'allstop:purge',
    'allstop:attempt',
    'allstop:retry',
    'allstop:warning',
  ]
  for (const name of names) ends.push(onEvent(name, (event) => all.push({ name, event })))
  return all
}

type Line = readonly [level: string, message: string, fields: Record<string, unknown>]
function lines(): { logger: Logger; written: Line[] } {
  const written: Line[] = []
  const at = (level: string) => (message: string, fields: object) => written.push([level, message, { ...fields }])
  return { logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, written }
}

const invocation = { invocationId: ids.restate }
const soon = { attempts: 3, minDelayMs: 1, maxDelayMs: 2 }
const rows = (...found: object[]) => ({ body: { rows: found } })
const completed = {
  id: ids.restate,
  status: 'completed',
  completion_result: 'failure',
  completion_failure: '[409] Cancelled',
}

/** A Restate that is overloaded once, then takes the cancel, and has cancelled by the time that it is asked. */
function overloadedOnce(): (request: Recorded) => Reply {
  let cancels = 0
  return ({ path }) => {
    if (path === '/query') return rows(completed)
    cancels += 1
    return { status: cancels === 1 ? 429 : 202 }
  }
}

test('a stop that is waited for, told from its first try to its end', async () => {
  await using server = await startRecorder(overloadedOnce())
  const all = heard()
  const system = restate({ baseUrl: server.url, api: 'patch', retry: soon }).named('orders')
  const receipt = await system.stopAndWait(invocation, { deadlineMs: 5_000, ifStopping: 'repeat' })
  expect(all.map(({ name }) => name)).toEqual([
    'allstop:attempt',
    'allstop:retry',
    'allstop:attempt',
    'allstop:stop',
    // The row, and the journal: how it ended.
    'allstop:attempt',
    'allstop:attempt',
    'allstop:stopAndWait',
  ])
  const [first, retry, second, stop, read, , wait] = all.map(({ event }) => event)
  const who = { system: 'orders', kind: 'restate' }
  const timed = { startedAt: expect.any(Number), durationMs: expect.any(Number) }
  const tried = { ...who, target: invocation, operation: 'cancelInvocation', attempt: 1, httpStatus: 429 }
  expect(first).toEqual({ ...tried, ...timed })
  expect(retry).toEqual({
    ...tried,
    code: 'rate_limited',
    delayMs: expect.any(Number),
  })
  expect(second).toMatchObject({ attempt: 2, httpStatus: 202 })
  expect(stop).toMatchObject({ function: 'stop', target: invocation, result: { outcome: 'accepted', attempts: 2 } })
  expect(read).toMatchObject({ operation: 'query', attempt: 1, httpStatus: 200 })
  expect(wait).toEqual({ ...who, ...timed, function: 'stopAndWait', target: invocation, result: receipt })
})

test('every function tells of its end', async () => {
  await using server = await startRecorder(({ path }) => (path === '/query' ? rows(completed) : { status: 200 }))
  const all = heard()
  const system = restate({ baseUrl: server.url, api: 'patch' })
  await system.read(invocation)
  await system.waitUntilEnded(invocation, { deadlineMs: 5_000 })
  await system.purge(invocation)
  const calls = all.filter(({ name }) => name !== 'allstop:attempt')
  expect(calls.map(({ name }) => name)).toEqual(['allstop:read', 'allstop:waitUntilEnded', 'allstop:purge'])
  expect(calls[2]?.event).toMatchObject({ function: 'purge', result: { outcome: 'purged' } })
})

test('an error is told with its call, and one without an answer with its try', async () => {
  const server = await startRecorder()
  await server.close()
  const all = heard()
  const system = restate({ baseUrl: server.url, api: 'patch', retry: { ...soon, attempts: 2 } })
  const error = await system.stop(invocation, { ifStopping: 'repeat' }).catch((thrown: unknown) => thrown)
  expect(all.map(({ name }) => name)).toEqual(['allstop:attempt', 'allstop:retry', 'allstop:attempt', 'allstop:stop'])
  expect(all[0]?.event).toMatchObject({ error: { code: 'unavailable' }, attempt: 1 })
  expect(all[1]?.event).not.toHaveProperty('httpStatus')
  expect(all[3]?.event).toMatchObject({ error, target: invocation })
  expect(all[3]?.event).not.toHaveProperty('result')
})

test("a credential that fails is a try that was not sent, and its server's status is not the system's", async () => {
  let asked = 0
  await using tokens = await startRecorder(() =>
    asked++ === 0 ? { status: 503 } : { body: { access_token: 'token-1', expires_in: 60 } },
  )
  let stops = 0
  await using server = await startRecorder(() => ({ status: stops++ === 0 ? 401 : 200, body: {} }))
  const auth = oauth2ClientCredentials({ tokenUrl: tokens.url, clientId: 'c', clientSecret: 's3cret-s', scope: 's' })
  const all = heard()
  await enterpriseScheduler({ baseUrl: server.url, auth, retry: soon }).stop({ requestId: 1 })
  const told = all.map(({ name, event }) => ({ name, ...event }))
  expect(told).toMatchObject([
    { name: 'allstop:attempt', attempt: 1, error: { code: 'unavailable' } },
    { name: 'allstop:retry', attempt: 1, code: 'unavailable' },
    { name: 'allstop:attempt', attempt: 2, httpStatus: 401 },
    { name: 'allstop:retry', attempt: 2, code: 'unauthenticated', httpStatus: 401, delayMs: 0 },
    { name: 'allstop:attempt', attempt: 3, httpStatus: 200 },
    { name: 'allstop:stop', result: { attempts: 2 } },
  ])
  expect(told[0]).not.toHaveProperty('httpStatus')
})

test('a target that is refused is not shown: what was given may hold anything', async () => {
  const all = heard()
  const given = { invocationId: canary }
  await restate({ baseUrl: 'http://127.0.0.1:9' })
    .stop(given)
    .catch(() => {})
  expect(all).toMatchObject([
    { name: 'allstop:stop', event: { target: undefined, error: { code: 'invalid_argument' } } },
  ])
  expect(inspect(all, { depth: 10 })).not.toContain(canary)
})

test("the typed client's tries are told too", async () => {
  await using server = await startRecorder(() => ({ body: { version: '1.7.12' } }))
  const all = heard()
  await restate({ baseUrl: server.url }).client.GET('/version')
  expect(all).toMatchObject([{ name: 'allstop:attempt', event: { operation: 'GET /version', httpStatus: 200 } }])
})

test("node's own subscribe hears the same, and onEvent can be ended", async () => {
  await using server = await startRecorder(overloadedOnce())
  const raw: unknown[] = []
  const hear = (message: unknown) => raw.push(message)
  subscribe('allstop:stop', hear)
  ends.push(() => unsubscribe('allstop:stop', hear))
  const typed: unknown[] = []
  const end = onEvent('allstop:stop', (event) => typed.push(event))
  const system = restate({ baseUrl: server.url, api: 'patch', retry: soon })
  await system.stop(invocation)
  end()
  await system.stop(invocation)
  expect([raw.length, typed.length]).toEqual([2, 1])
  expect(raw[0]).toBe(typed[0])
})

describe('the logger', () => {
  test('has a line for each try, repeat and end, at its level', async () => {
    await using server = await startRecorder(overloadedOnce())
    const { logger, written } = lines()
    const system = restate({ baseUrl: server.url, api: 'patch', retry: soon, logger })
    await system.stopAndWait(invocation, { deadlineMs: 5_000, ifStopping: 'repeat' })
    await system.read(invocation)
    const shape = written.map(([level, message]) => [level, message.replace(/\d+ ms/, 'N ms')])
    expect(shape).toEqual([
      ['debug', `restate cancelInvocation ${ids.restate}: HTTP 429 (try 1, N ms)`],
      ['warn', `restate cancelInvocation ${ids.restate}: rate_limited, trying again in N ms`],
      ['debug', `restate cancelInvocation ${ids.restate}: HTTP 202 (try 2, N ms)`],
      ['info', `restate stop ${ids.restate}: accepted, unknown (2 tries, N ms)`],
      ...Array(2).fill(['debug', `restate query ${ids.restate}: HTTP 200 (try 1, N ms)`]),
      ['info', `restate stopAndWait ${ids.restate}: stopped (2 tries, N ms)`],
      ...Array(2).fill(['debug', `restate query ${ids.restate}: HTTP 200 (try 1, N ms)`]),
      ['debug', `restate read ${ids.restate}: stopped (N ms)`],
    ])
    expect(written[3]?.[2]).toMatchObject({ target: invocation, outcome: 'accepted', httpStatus: 202, attempts: 2 })
    // The answer itself may hold anything, so it is not in a line.
    expect(written.every(([, , fields]) => !('response' in fields || 'result' in fields))).toBe(true)
  })

  test('has errors as errors', async () => {
    await using server = await startRecorder(() => ({ raw: (request) => request.socket.resetAndDestroy() }))
    const { logger, written } = lines()
    const system = restate({ baseUrl: server.url, api: 'patch', retry: false, logger })
    const error = await system.stop(invocation, { mode: 'force' }).catch((thrown: unknown) => thrown)
    if (!isStopError(error)) throw error
    expect(written.map(([level]) => level)).toEqual(['debug', 'error'])
    expect(written[0]?.[1]).toContain(`killInvocation ${ids.restate}: unavailable (try 1`)
    expect(written[1]?.[1].endsWith(error.message.replace('restate stop', ''))).toBe(true)
    expect(written[1]).toEqual([
      'error',
      expect.stringMatching(/^restate stop inv_\w+: unavailable \(1 try, \d+ ms\): connection lost /),
      expect.objectContaining({ code: 'unavailable', ambiguous: true, attempts: 1, target: invocation }),
    ])
  })

  test('that fails later changes nothing either', async () => {
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', hear)
    await using server = await startRecorder(() => ({ status: 202 }))
    const fail = async () => {
      throw new Error('disk full')
    }
    const logger = { debug: fail, info: fail, warn: fail, error: fail }
    expect(await restate({ baseUrl: server.url, api: 'patch', logger }).stop(invocation)).toMatchObject({
      outcome: 'accepted',
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
  })

  test('that throws changes nothing', async () => {
    await using server = await startRecorder(() => ({ status: 202 }))
    const fail = () => {
      throw new Error('disk full')
    }
    const logger = { debug: fail, info: fail, warn: fail, error: fail }
    const system = restate({ baseUrl: server.url, api: 'patch', logger })
    expect(await system.stop(invocation)).toMatchObject({ outcome: 'accepted' })
  })

  test.each([
    ['a function', () => {}],
    ['null', null],
    ['something without warn', { debug() {}, info() {}, error() {} }],
  ])('%s is refused', (_, logger) => {
    expect(() => restate({ baseUrl: 'http://127.0.0.1:9', logger: logger as never })).toThrow(/logger: must have/)
  })

  test('gets one printable line of what was refused, without an id', async () => {
    const { logger, written } = lines()
    const system = restate({ baseUrl: 'http://127.0.0.1:9', logger }).named('a\r\nb')
    await system.stop({ invocationId: 'x' }).catch(() => {})
    expect(written[0]?.[1]).toMatch(/^a b stop: invalid_argument \(0 tries, \d+ ms\): invocationId: must be /)
    await system
      .named('long'.repeat(200))
      .stop({ invocationId: 'x' })
      .catch(() => {})
    expect(written[1]?.[1]).toMatch(/^(?:long){15}… stop: invalid_argument \(0 tries, \d+ ms\): invocationId: must be /)
    const why = 'w'.repeat(2_000)
    const long = await system.stop({ invocationId: ids.restate }, { mode: why as never }).catch((thrown) => thrown)
    expect(long.code).toBe('invalid_argument')
  })

  test('warns of a wait that was not enough, and says why and how', async () => {
    const { logger, written } = lines()
    const row = { id: ids.restate, status: 'backing-off', retry_count: 3, last_failure: 'boom' }
    const fetch = async (url: string) =>
      url.endsWith('/query') ? Response.json({ rows: [row] }) : new Response(null, { status: 202 })
    const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch, logger })
    await system.stopAndWait(invocation, { deadlineMs: 200, mode: 'force' })
    await system.waitUntilEnded(invocation, { deadlineMs: 200 })
    const waits = written.filter(([, message]) => /stopAndWait|waitUntilEnded/.test(message))
    expect(waits.map(([level]) => level)).toEqual(['warn', 'warn'])
    expect(waits[0]?.[1]).toMatch(/: accepted, running \(mode force, 1 try, \d+ ms\): .*backing off/)
  })

  test('as a console gets the message alone', async () => {
    const spoken: string[] = []
    const stream = new Writable({
      write(chunk, _, done) {
        spoken.push(String(chunk))
        done()
      },
    })
    await using server = await startRecorder(() => ({ status: 202 }))
    const system = restate({ baseUrl: server.url, api: 'patch', logger: new Console(stream) })
    await system.stop(invocation, { ifStopping: 'repeat' })
    const first = `restate cancelInvocation ${ids.restate}: HTTP 202 (try 1, N ms)\n`
    const second = `restate stop ${ids.restate}: accepted, unknown (1 try, N ms)\n`
    expect(spoken.map((line) => line.replace(/\d+ ms/, 'N ms'))).toEqual([first, second])
  })

  test('console will do', () => {
    expect(() => restate({ baseUrl: 'http://127.0.0.1:9', logger: console })).not.toThrow()
  })
})

describe.each(allSystems)('$name', ({ stop }) => {
  test.each([200, 401, 403, 404, 409, 429, 500, 503])('no secret is told, whatever the answer (%i)', async (status) => {
    await using server = await startRecorder(({ headers }) => {
      const echo = `${headers['authorization'] ?? headers['x-auth-token']} ${canary}`
      return { status, headers: { 'x-echo': echo }, body: errorBody(echo) }
    })
    const all = heard()
    const { logger, written } = lines()
    await stop(server.url, {}, { logger, retry: soon, headers: { 'x-own': 'shown' } }).catch(() => {})
    expect(all.length).toBeGreaterThan(1)
    expect(written).toHaveLength(all.length)
    for (const told of [all, written]) {
      const shown = inspect(told, { depth: 12, showHidden: true })
      expect(shown).not.toContain(canary)
      expect(shown).not.toContain(Buffer.from(`ops:${canary}`).toString('base64'))
    }
  })
})
