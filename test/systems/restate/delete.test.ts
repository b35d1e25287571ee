/** Restate's DELETE, which answers 202 to anything: what the query before and after it makes of that. */
import { restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { journalOf } from '../../support/fakes/restate.js'
import { type Reply, startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const invocation = { invocationId: ids.restate }
const row = (...rows: object[]): Reply => ({ body: { rows: rows.map((one) => ({ id: ids.restate, ...one })) } })
const journal = (): Reply => ({ body: { rows: journalOf(ids.restate, {}) } })
const completed = { status: 'completed', completion_result: 'success' }

/** A server whose queries are answered from a list, and its other operations by `other`. */
async function server(queries: Reply[], other: Reply = { status: 202 }) {
  const recorder = await startRecorder(({ path }) => (path === '/query' ? (queries.shift() ?? { status: 500 }) : other))
  const sent = () => recorder.requests.map(({ method, path }) => `${method} ${path.split('/')[1]}`)
  const system = restate({ baseUrl: recorder.url, api: 'delete', retry: false })
  return { system, sent, [Symbol.asyncDispose]: () => recorder.close() }
}

describe('a stop', () => {
  test('of an invocation that goes on', async () => {
    await using it = await server([row({ status: 'running' }), journal()])
    expect(await it.system.stop(invocation)).toMatchObject({ outcome: 'accepted', attempts: 1 })
    // The row and the journal; the state need not be asked again.
    expect(it.sent()).toEqual(['POST query', 'POST query', 'DELETE invocations'])
  })

  test('of an invocation without a record is not sent', async () => {
    await using it = await server([row(), row()])
    await expect(it.system.stop(invocation)).rejects.toMatchObject({ code: 'not_found', operation: 'query' })
    const receipt = await it.system.stop(invocation, { ifMissing: 'accept' })
    expect(receipt).toMatchObject({ outcome: 'gone', attempts: 0, httpStatus: 200 })
    expect(it.sent()).toEqual(['POST query', 'POST query'])
  })

  test('of an invocation that has ended is not sent', async () => {
    await using it = await server([row(completed)])
    expect(await it.system.stop(invocation)).toMatchObject({
      outcome: 'already-ended',
      phase: 'succeeded',
      attempts: 0,
    })
    expect(it.sent()).toEqual(['POST query'])
  })

  test.each([401, 403])('is not sent when the query is refused (%i): nobody may ask', async (status) => {
    const refused = { status, body: { message: 'no', restate_code: null } }
    await using it = await server([refused, refused])
    await expect(it.system.stop(invocation)).rejects.toMatchObject({ operation: 'query', httpStatus: status })
    expect(it.sent()).not.toContain('DELETE invocations')
  })

  test.each([404, 500, 503, 429])('is sent blindly when the query fails otherwise (%i)', async (status) => {
    await using it = await server([{ status }, { status }])
    const { outcome, warnings } = await it.system.stop(invocation)
    expect(outcome).toBe('accepted')
    expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', 'not-checked', 'existence-unknown'])
  })
})

describe('a purge', () => {
  test('of an invocation without a record is not sent', async () => {
    await using it = await server([row(), row()])
    await expect(it.system.purge(invocation)).rejects.toMatchObject({ code: 'not_found', operation: 'query' })
    expect(await it.system.purge(invocation, { ifMissing: 'accept' })).toMatchObject({ outcome: 'gone', attempts: 0 })
  })

  test('of the journal alone needs a newer server', async () => {
    await using it = await server([])
    await expect(it.system.purge(invocation, { journalOnly: true })).rejects.toMatchObject({ code: 'unsupported' })
    expect(it.sent()).toEqual([])
  })

  test('of an invocation in a state that has no word is not sent', async () => {
    await using it = await server([row({})])
    await expect(it.system.purge(invocation)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('the invocation is unknown'),
    })
    expect(it.sent()).toEqual(['POST query'])
  })

  test('is "purged" only when the record is seen to be gone', async () => {
    await using gone = await server([row(completed), row()])
    expect(await gone.system.purge(invocation)).toMatchObject({ outcome: 'purged', attempts: 1 })
    await using there = await server([row(completed), row(completed)])
    expect(await there.system.purge(invocation)).toMatchObject({ outcome: 'accepted' })
    await using silent = await server([row(completed), { status: 503 }])
    expect(await silent.system.purge(invocation)).toMatchObject({ outcome: 'accepted' })
  })
})

test('a PATCH that is refused by 409 without words, and a query that fails: nothing proves an end', async () => {
  await using recorder = await startRecorder(({ path }) => ({ status: path === '/query' ? 503 : 409 }))
  const system = restate({ baseUrl: recorder.url, api: 'patch', retry: false })
  await expect(system.stop(invocation)).rejects.toMatchObject({ code: 'failed_precondition', httpStatus: 409 })
})
