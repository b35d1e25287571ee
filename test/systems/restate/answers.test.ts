/** Answers of Restate that seem to say more than they do. */
import { type Fetch, restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { answerWell } from '../../support/answers.js'
import { baseUrl } from '../../support/examples.js'
import { errorOf, outcomeOf } from '../../support/outcome.js'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const at = { baseUrl, retry: false } as const
const target = { invocationId: ids.restate }

test.each(['{}', '[]', 'null', '""', '0'])('a success has no body: %s proves no stop', async (body) => {
  await using server = await startRecorder(() => ({ body }))
  const killing = restate({ ...at, baseUrl: server.url, api: 'patch' }).stop(target, { mode: 'force' })
  expect(await outcomeOf(killing)).toMatchObject({ code: 'protocol', ambiguous: true })
})

describe('200 without a body; with one it is another server', () => {
  test.each([
    ['a kill', (baseUrl: string) => restate({ ...at, baseUrl, api: 'patch' }).stop(target, { mode: 'force' })],
    ['a purge', (baseUrl: string) => restate({ ...at, baseUrl, api: 'patch' }).purge(target)],
  ])('%s', async (_, act) => {
    for (const [reply, expected] of [
      [{ body: { ok: true } }, { code: 'protocol', ambiguous: true }],
      [{ body: { Error: { Code: 'E_FAIL' } } }, { code: 'protocol' }],
      [{ status: 200 }, { outcome: expect.any(String) }],
    ] as const) {
      await using server = await startRecorder(() => reply)
      expect(await outcomeOf(act(server.url))).toMatchObject(expected)
    }
  })
})

test('its own words say that it had ended, also when its record is gone', async () => {
  const told = () =>
    Response.json(
      { message: `The invocation '${ids.restate}' was already completed.`, restate_code: null },
      { status: 409 },
    )
  const fetch: Fetch = async (url) => (new URL(url).pathname === '/query' ? Response.json({ rows: [] }) : told())
  const receipt = await restate({ ...at, fetch, api: 'patch' }).stop(target)
  expect(receipt).toMatchObject({ outcome: 'already-ended', phase: 'gone' })
})

test('two rows of one invocation tell nothing', async () => {
  const rows = ['completed', 'running'].map((status) => ({ id: ids.restate, status, completion_result: 'success' }))
  const system = restate({ ...at, fetch: async () => Response.json({ rows }) })
  expect(await errorOf(system.read(target))).toMatchObject({ code: 'protocol' })
})

test('by DELETE a foreign row does not keep the stop from being sent', async () => {
  const foreign = {
    body: { rows: [{ id: ids.restate.replace(/.$/, 'Y'), status: 'completed', completion_result: 'success' }] },
  }
  await using server = await startRecorder((request) => (request.path === '/query' ? foreign : answerWell(request)))
  const system = restate({ baseUrl: server.url, retry: false, api: 'delete' })
  const { outcome, warnings } = await system.stop(target)
  expect(outcome).toBe('accepted')
  expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', 'not-checked', 'existence-unknown'])
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE'])
})

test.each([
  ['a row without a status', {}, []],
  ['no status', { status: null }, []],
  ['an end that it does not explain', { status: 'completed', completion_result: 'odd' }, []],
  ['a word that is not known', { status: 'hibernating' }, ['not-checked']],
])('before a cancel, %s', async (_, row, codes) => {
  const fetch: Fetch = async (url) =>
    url.endsWith('/query')
      ? Response.json({ rows: [{ id: ids.restate, ...row }] })
      : new Response(null, { status: 202 })
  const { warnings } = await restate({ ...at, fetch, api: 'patch' }).stop(target)
  expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', ...codes])
})

test('how it had ended is said with its reason', async () => {
  const fetch: Fetch = async (url) =>
    url.endsWith('/query')
      ? Response.json({ rows: [{ id: ids.restate, status: 'completed', completion_result: 'failure' }] })
      : Response.json({ message: 'already completed', restate_code: null }, { status: 409 })
  const receipt = await restate({ ...at, fetch, api: 'patch' }).stop(target, { mode: 'force' })
  expect(receipt).toMatchObject({ outcome: 'already-ended', phase: 'failed', why: expect.stringContaining('journal') })
})
