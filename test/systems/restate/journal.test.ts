/** What rows and journals of Restate mean together, line by line, also in forms that no server was seen to give. */
import { restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { journalOf } from '../../support/fakes/restate.js'
import { ids } from '../../support/systems.js'

const target = { invocationId: ids.restate }
const at = '2026-01-02T03:00:00.000Z'
const recorded = `cancel recorded at ${at}; `

/** Reads an invocation whose row and journal are given. */
async function read(row: object, journal: readonly object[]) {
  const fetch = async (_: string, { body }: RequestInit) =>
    Response.json({ rows: String(body).includes('sys_journal') ? journal : [{ id: ids.restate, ...row }] })
  const { phase, native, why, ended } = await restate({ baseUrl: 'http://127.0.0.1:9', fetch }).read(target)
  return { phase, native, why, ended }
}

const failed = (completion_failure?: string) => ({
  status: 'completed',
  completion_result: 'failure',
  ...(completion_failure === undefined ? {} : { completion_failure }),
})
const begun = journalOf(ids.restate, {})
const cancelled = journalOf(ids.restate, { cancelledAt: at })
const answered = journalOf(ids.restate, { output: true })
const gaveUp = journalOf(ids.restate, { cancelledAt: at, output: true })
const signal = (entry: unknown, more: object = {}) => [
  ...begun,
  { id: ids.restate, entry_type: 'Notification: Signal', entry_lite_json: entry, appended_at: at, ...more },
]

describe('an end', () => {
  test.each<[string, object, readonly object[], string]>([
    ['gave up, in the word of TypeScript', failed('[409] Cancelled'), gaveUp, 'stopped'],
    ['gave up, in the word of Python', failed('[409] cancelled'), gaveUp, 'stopped'],
    ['gave up, in the words of Java', failed('Error 409'), gaveUp, 'stopped'],
    ['gave up, in the words of Java with a code', failed('[409] Error 409'), gaveUp, 'stopped'],
    ['by a conflict of its own, cancelled or not', failed('[409] out of stock'), gaveUp, 'failed'],
    ['with another number that begins so', failed('[4090] no'), gaveUp, 'failed'],
    ['cancelled, and its undo failed', failed('[500] no'), gaveUp, 'failed'],
    ['cancelled, and it failed without words', failed(), gaveUp, 'failed'],
    ['by itself, in the words of a cancel', failed('[409] Cancelled'), answered, 'failed'],
    ['by a child that was killed', failed('[409] killed'), answered, 'failed'],
    ['killed', failed('[409] killed'), begun, 'stopped'],
    ['killed while it was stopping', failed('[409] killed'), cancelled, 'stopped'],
    ['cancelled before it began, and kept', failed('[409] canceled'), begun, 'stopped'],
    ['by the server, for a reason of its own', failed('[570] journal mismatch'), begun, 'failed'],
    ["without a journal, in the server's word", failed('[409] KILLED'), [], 'stopped'],
    ['without a journal, in other words', failed('Error 409'), [], 'failed'],
    ['with a journal that does not begin', failed('[409] Cancelled'), gaveUp.slice(1), 'stopped'],
  ])('%s', async (_, row, journal, phase) => {
    expect(await read(row, journal)).toMatchObject({ phase, ended: true })
  })

  test('that nothing explains says so', async () => {
    expect((await read(failed('[500] no'), gaveUp)).why).toBe(
      `a cancel was recorded at ${at}, and then it failed with another error; perhaps its clean-up failed`,
    )
    expect((await read(failed('Error 409'), [])).why).toContain('does not show its journal')
    // Its undo was given up by the server, after the last try.
    expect((await read(failed('[500] undo'), cancelled)).why).toContain('and then it failed with another error')
    expect((await read(failed('[409] out of stock'), gaveUp)).why).toContain('and then it failed with another error')
    expect((await read(failed('[418] no'), answered)).why).toBeUndefined()
  })
})

describe('work that goes on', () => {
  test.each<[string, object, string, string | undefined]>([
    ['running', {}, 'stopping', `${recorded}the handler may have caught and ignored it`],
    ['suspended', {}, 'stopping', `${recorded}the handler may have caught and ignored it`],
    ['ready', {}, 'stopping', `${recorded}ready: a cancel takes effect when the invocation gets a slot to run`],
    [
      'backing-off',
      { next_retry_at: at, last_failure: 'x' },
      'stopping',
      `${recorded}backing off: a cancel takes effect at the next try, at ${at}; its last failure: x`,
    ],
    ['paused', {}, 'suspended', `${recorded}paused: the cancel takes effect when the invocation is resumed`],
    ['hibernating', {}, 'unknown', `${recorded}the handler may have caught and ignored it`],
  ])('and is %s, with a cancel in its journal', async (status, more, phase, why) => {
    expect(await read({ status, ...more }, cancelled)).toEqual({ phase, native: status, why, ended: false })
  })

  test.each<[string, readonly object[]]>([
    ['of another index', signal('{"Notification":{"ty":"Signal","id":{"SignalIndex":17},"result":"Void"}}')],
    ['with a name', signal('{"Notification":{"ty":"Signal","id":{"SignalName":"go"},"result":"Void"}}')],
    ['of no notification', signal('{}')],
    ['in another place', signal('{"Notification":{"SignalIndex":1}}')],
    ['that is no text', signal(5)],
    ['that is no JSON', signal('{"Notification"')],
    ['that is not there', signal(undefined)],
    ['of another invocation', signal(gaveUp[1], { id: ids.restate.replace(/.$/, 'Z') })],
  ])('is not stopping because of a signal %s', async (_, journal) => {
    expect(await read({ status: 'running' }, journal)).toMatchObject({ phase: 'running', native: 'running' })
  })

  test('is stopping since a time that is not told', async () => {
    const lines = cancelled.map((line) => ({ ...line, appended_at: null }))
    expect((await read({ status: 'running' }, lines)).why).toMatch(/^cancel recorded at an unknown time; /)
  })

  test('is stopping among a thousand signals of others', async () => {
    const others = Array.from(
      { length: 1_000 },
      () => signal('{"Notification":{"id":{"SignalIndex":17}}}')[1] as object,
    )
    expect(await read({ status: 'running' }, [...cancelled, ...others])).toMatchObject({ phase: 'stopping' })
  })
})

test('a signal that fires while the journal is read ends the read', async () => {
  const controller = new AbortController()
  const fetch = async (_: string, { body }: RequestInit) => {
    if (!String(body).includes('sys_journal')) return Response.json({ rows: [{ id: ids.restate, status: 'running' }] })
    controller.abort()
    return new Promise<Response>(() => {})
  }
  const reading = restate({ baseUrl: 'http://127.0.0.1:9', fetch }).read(target, { signal: controller.signal })
  await expect(reading).rejects.toMatchObject({ code: 'aborted', operation: 'query' })
})
