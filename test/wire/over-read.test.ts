/** Answers that seem to say more than they do: successes that the API does not have, refusals of somebody else. */
import { type Fetch, restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { answeringWell } from '../support/answers.js'
import { errorBody } from '../support/error-body.js'
import { baseUrl } from '../support/examples.js'
import { asFetch } from '../support/fakes/serve.js'
import { isRead } from '../support/is-read.js'
import { errorOf, outcomeOf } from '../support/outcome.js'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

const at = { baseUrl, retry: false } as const
const wait = { deadlineMs: 40, poll: { minDelayMs: 5, maxDelayMs: 5 } }

/** Reads are answered as the system would, and everything else with this. */
const onlyStops = (reply: () => Response): Fetch =>
  asFetch((request) => (isRead(request) ? answeringWell(request) : reply()))

describe.each(variants)('$name', ({ make, modes, target, record, takesAnyBody }) => {
  const reading = (body: object, status = 200) =>
    make({ ...at, fetch: async () => Response.json(record.wrap(body), { status }) }).read(target)

  const foreign = ['denied', false, 5, [], [{ error_code: 'FSS.0403', ErrorCode: 'AccessDenied' }]]
  test.each(foreign.map((body) => [body]))('%j at 200 ends nothing, and is no order taken', async (body) => {
    const fetch = onlyStops(() => Response.json(body))
    for (const mode of modes) {
      const result = await outcomeOf(make({ ...at, fetch }).stop(target, { mode }))
      if (takesAnyBody) expect(result).toMatchObject({ outcome: 'accepted', phase: 'unknown', response: { body } })
      else expect(result).toMatchObject({ name: 'StopError', code: 'protocol', httpStatus: 200, ambiguous: true })
    }
  })

  test.each([{ error: { code: 401 } }, errorBody('AccessDenied')])('%j at 200 is an error', async (body) => {
    const fetch = onlyStops(() => Response.json(body))
    for (const mode of modes) {
      const error = await errorOf(make({ ...at, fetch }).stop(target, { mode }))
      expect(error).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: true })
    }
  })

  test.each([201, 202, 206])('a read that is answered with %i tells nothing', async (status) => {
    expect(await errorOf(reading(record.body, status))).toMatchObject({ code: 'protocol', httpStatus: status })
  })

  test('a word of nothing but what steers a terminal is none', async () => {
    const status = await reading({ ...record.body, [record.fields[0] ?? '']: '\u001b[31m' })
    expect(status).toMatchObject({ phase: 'unknown' })
    expect(status).not.toHaveProperty('native')
  })

  test('a 410 is nobody\'s word for "gone", whatever the caller accepts', async () => {
    const system = make({ ...at, fetch: onlyStops(() => new Response('<html>moved', { status: 410 })) })
    for (const mode of modes) {
      const error = await errorOf(system.stop(target, { mode, ifMissing: 'accept' }))
      expect(error).toMatchObject({ code: 'protocol', httpStatus: 410 })
    }
  })
})

describe('nothing proves that the work ever was', () => {
  const target = { invocationId: ids.restate }
  const noRow = new Map([['/query', () => Response.json({ rows: [] })]])
  const answering =
    (stop: () => Response): Fetch =>
    async (url) =>
      (noRow.get(new URL(url).pathname) ?? stop)()
  const replies: readonly (readonly [string, () => Response])[] = [
    ['a redirect that says it was done', () => new Response('', { status: 303, headers: { location: '/x' } })],
    ['HTML', () => new Response('<html>')],
    ['500', () => Response.json({}, { status: 500 })],
    ['503', () => Response.json({}, { status: 503 })],
    ['409 of somebody else', () => new Response('<html>conflict', { status: 409 })],
    ['an empty 409', () => new Response(null, { status: 409 })],
    ['410 of somebody else', () => new Response('<html>gone', { status: 410 })],
  ]

  test.each(
    replies.flatMap(([what, reply]) => (['graceful', 'force'] as const).map((mode) => [what, mode, reply] as const)),
  )('%s (%s): an error, for a stop and for a wait', async (_, mode, reply) => {
    const system = restate({ ...at, fetch: answering(reply), api: 'patch' })
    await errorOf(system.stop(target, { mode }))
    await errorOf(system.stopAndWait(target, { ...wait, deadlineMs: 500, mode }))
  })
})

test("a redirect that the caller's fetch followed is no answer to the stop", async () => {
  await using server = await startRecorder(({ method }) =>
    method === 'PATCH' ? { status: 303, headers: { location: '/elsewhere' } } : { status: 200 },
  )
  const following: Fetch = (url, init) => fetch(url, { ...init, redirect: 'follow' })
  const system = restate({ baseUrl: server.url, fetch: following, api: 'patch', retry: false })
  const error = await errorOf(system.stop({ invocationId: ids.restate }, { mode: 'force' }))
  expect(error).toMatchObject({ code: 'protocol', ambiguous: true })
})

test.each([
  ['at a time-out', () => ({})],
  ['at an abort', () => ({ signal: AbortSignal.timeout(50) })],
])('a body is let go %s, also by a fetch that does not heed its signal', async (_, options) => {
  let cancelled = 0
  const trickle = () =>
    new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        controller.enqueue(new Uint8Array(1))
      },
      cancel() {
        cancelled += 1
      },
    })
  const late: Fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    return new Response(trickle())
  }
  const now: Fetch = async () => new Response(trickle())
  const emptyLate: Fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    return undefined as never
  }
  for (const fetch of [now, late, emptyLate]) {
    const system = restate({ ...at, fetch, api: 'patch', timeoutMs: 100 })
    await errorOf(system.stop({ invocationId: ids.restate }, { mode: 'force', ...options() }))
  }
  while (cancelled < 2) await new Promise((resolve) => setTimeout(resolve, 10))
})
