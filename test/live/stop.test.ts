/**
 * Real invocations on a real Restate server: each state that can be produced x mode x API, and what the receipt says
 * beside what the server's own table says afterwards.
 */
import { type Fetch, isStopError, type Receipt, restate } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertNoViolation, type Mock, startPrism } from '../support/prism.js'
import { type RestateServer, startRestate } from '../support/restate-server.js'
import { type Services, startServices } from '../support/restate-services.js'

let server: RestateServer
let services: Services
/** Prism in front of the real server: it checks each answer against specs/restate.yaml and passes it on. */
let checked: Mock
let count = 0

beforeAll(async () => {
  server = await startRestate()
  services = await startServices(server, { inactivityMs: 100 })
  checked = await startPrism('restate', server.adminUrl)
})
afterAll(async () => {
  await checked?.close()
  await services?.close()
  await server?.close()
})

const tagged = (name: string) => `${name}-${++count}`

/** Ways to bring an invocation into a state; each resolves when the server says that it is there. */
const states = {
  scheduled: async () => {
    const { invocationId } = await services.send('work/sleep', tagged('scheduled'), 600_000)
    await services.until(invocationId, 'scheduled')
    return invocationId
  },
  pending: async () => {
    const key = tagged('key')
    const head = await services.send(`queue/${key}/hold`, tagged('head'))
    await services.until(head.invocationId, 'running', 'suspended')
    const { invocationId } = await services.send(`queue/${key}/hold`, tagged('pending'))
    await services.until(invocationId, 'pending')
    return invocationId
  },
  running: async () => {
    const tag = tagged('running')
    const { invocationId } = await services.send('work/ignore', tag)
    await services.noted(tag, 'started')
    return invocationId
  },
  suspended: async () => {
    const { invocationId } = await services.send('work/sleep', tagged('suspended'))
    await services.until(invocationId, 'suspended')
    return invocationId
  },
  'backing-off': async () => {
    const { invocationId } = await services.send('work/stumble', tagged('stumbling'))
    await services.until(invocationId, 'backing-off')
    return invocationId
  },
  succeeded: async () => {
    const { invocationId } = await services.send('work/finish', tagged('finished'))
    await services.until(invocationId, 'completed')
    return invocationId
  },
  failed: async () => {
    const { invocationId } = await services.send('work/fail', tagged('failed'))
    await services.until(invocationId, 'completed')
    return invocationId
  },
  unknown: async () => 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz',
} as const

type Says = Pick<Receipt, 'outcome' | 'phase'> | 'not_found'

const taken: Says = { outcome: 'accepted', phase: 'unknown' }
const stopped: Says = { outcome: 'stopped', phase: 'stopped' }

/** state, mode, what PATCH lets us say, and what the table must show in the end ('none': no row). */
const matrix: [keyof typeof states, 'graceful' | 'force', Says, string[]][] = [
  ['scheduled', 'graceful', stopped, ['none']],
  ['scheduled', 'force', stopped, ['none']],
  ['pending', 'graceful', stopped, ['none']],
  ['pending', 'force', stopped, ['none']],
  ['running', 'graceful', taken, ['running']],
  ['running', 'force', stopped, ['completed [409] killed']],
  ['suspended', 'graceful', taken, ['completed [409] Cancelled']],
  ['suspended', 'force', stopped, ['completed [409] killed']],
  ['backing-off', 'graceful', taken, ['backing-off', 'running']],
  ['backing-off', 'force', stopped, ['completed [409] killed']],
  ['succeeded', 'graceful', { outcome: 'already-ended', phase: 'succeeded' }, ['completed']],
  ['succeeded', 'force', { outcome: 'already-ended', phase: 'succeeded' }, ['completed']],
  ['failed', 'graceful', { outcome: 'already-ended', phase: 'failed' }, ['completed [418] ']],
  ['failed', 'force', { outcome: 'already-ended', phase: 'failed' }, ['completed [418] ']],
  ['unknown', 'graceful', 'not_found', ['none']],
  ['unknown', 'force', 'not_found', ['none']],
]

const ended = (words: readonly string[]) => words.some((word) => /completed|none/.test(word))

async function nativeState(id: string): Promise<string> {
  const row = await services.row(id)
  return row === undefined ? 'none' : `${row['status']} ${row['completion_failure'] ?? ''}`.trim()
}

/** The words of the table once it says what is expected, or what it says after a while. */
async function settled(id: string, expected: readonly string[]): Promise<string> {
  // Work that must go on is looked at once a stop would have had time to land.
  if (!ended(expected)) await new Promise((resolve) => setTimeout(resolve, 150))
  const until = Date.now() + 5_000
  for (;;) {
    const now = await nativeState(id)
    if (expected.some((word) => now.startsWith(word)) || Date.now() > until) return now
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Ends what a test left running, so that the server can stop quickly. */
async function clear(id: string): Promise<void> {
  await fetch(`${server.adminUrl}/invocations/${id}/kill`, { method: 'PATCH' })
}

describe.each(['patch', 'auto', 'delete'] as const)('api: %s', (api) => {
  test.each(matrix)('%s, %s', async (state, mode, says, end) => {
    const invocationId = await states[state]()
    const system = restate({
      baseUrl: checked.url,
      api,
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        await assertNoViolation(response)
        return response
      },
    })
    const result: unknown = await system.stop({ invocationId }, { mode }).catch((thrown: unknown) => thrown)
    if (says === 'not_found') {
      expect(isStopError(result)).toBe(true)
      expect(result).toMatchObject({ code: 'not_found' })
    } else if (api === 'delete' && says.outcome === 'stopped') {
      // The old API answers 202 whether it has stopped or not, so no more than that is claimed.
      expect(result).toMatchObject({ outcome: 'accepted', phase: 'unknown', httpStatus: 202 })
    } else expect(result).toMatchObject(says)
    expect(await settled(invocationId, end)).toMatch(new RegExp(`^(?:${end.map(plain).join('|')})`))
    if (!ended(end)) await clear(invocationId)
  })
})

function plain(text: string): string {
  return text.replace(/[[\]]/g, '\\$&')
}

test('without the query, DELETE is blind, and the receipt says so', async () => {
  const withoutQuery: Fetch = (url, init) =>
    url.endsWith('/query') ? Promise.resolve(new Response('', { status: 404 })) : fetch(url, init)
  const system = restate({ baseUrl: server.adminUrl, api: 'delete', fetch: withoutQuery })
  const receipt = await system.stop({ invocationId: await states.unknown() })
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'unknown', httpStatus: 202 })
  const codes = ['children-stopped', 'not-checked', 'existence-unknown']
  expect(receipt.warnings.map(({ code }) => code)).toEqual(codes)
})

test('ifMissing: accept makes an unknown id the outcome gone', async () => {
  const system = restate({ baseUrl: server.adminUrl })
  const receipt = await system.stop({ invocationId: await states.unknown() }, { ifMissing: 'accept' })
  expect(receipt).toMatchObject({ outcome: 'gone', phase: 'gone', httpStatus: 404, attempts: 1 })
})

test('a malformed id never reaches the server, which would have refused it too', async () => {
  const invocationId = 'inv_1foo'
  await expect(restate({ baseUrl: server.adminUrl }).stop({ invocationId })).rejects.toMatchObject({
    code: 'invalid_argument',
    attempts: 0,
  })
  const { client } = restate({ baseUrl: server.adminUrl })
  const { response, error } = await client.PATCH('/invocations/{invocation_id}/cancel', {
    params: { path: { invocation_id: invocationId } },
  })
  expect(response.status).toBe(400)
  expect(error).toMatchObject({ restate_code: null })
})

test('cancel runs the compensation; kill does not, and takes one-way children along', async () => {
  const system = restate({ baseUrl: server.adminUrl })
  const [saga, doomed, parent] = [tagged('saga'), tagged('doomed'), tagged('parent')]
  const cancelled = await services.send('work/compensate', saga)
  const killed = await services.send('work/compensate', doomed)
  const family = await services.send('work/parent', parent)
  await Promise.all([
    services.noted(saga, 'started'),
    services.noted(doomed, 'started'),
    services.noted(`${parent} child`, 'started'),
    services.noted(`${parent} one-way`, 'started'),
  ])
  await system.stop({ invocationId: cancelled.invocationId })
  await system.stop({ invocationId: killed.invocationId }, { mode: 'force' })
  const receipt = await system.stop({ invocationId: family.invocationId }, { mode: 'force' })
  expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'remote-may-run'])
  await services.noted(saga, 'undone')
  const killedRows = `select count(*) as n from sys_invocation where completion_failure = '[409] killed' and invoked_by_id = '${family.invocationId}'`
  const { data } = await system.client.POST('/query', {
    headers: { accept: 'application/json' },
    body: { query: killedRows },
  })
  expect(data?.rows?.[0]).toEqual({ n: 2 })
  expect(services.events).not.toContain(`${doomed} undo began`)
  expect(services.events).not.toContain(`${parent} child undo began`)
})

test('a base URL that leads elsewhere is named, and no invocation is said to be unknown', async () => {
  // The ingress is Restate too, but it has no such route.
  const target = { invocationId: await states.unknown() }
  const system = (api: 'auto' | 'patch' | 'delete') => restate({ baseUrl: server.ingressUrl, api })
  for (const ask of [
    () => system('auto').stop(target),
    () => system('patch').stop(target),
    () => system('patch').stop(target, { mode: 'force' }),
    () => system('delete').stop(target, { mode: 'force', ifStopping: 'repeat' }),
    () => system('auto').read(target),
    () => system('patch').purge(target),
  ]) {
    const error: unknown = await ask().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'protocol', ambiguous: false })
    expect(String(error)).toContain("looks like Restate's ingress; `baseUrl` must be the admin address, port 9070")
  }
})
