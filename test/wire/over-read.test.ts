/** Answers that seem to say more than they do: successes that the API does not have, refusals of somebody else. */
import {
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  isStopError,
  restate,
  type StopError,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { answerWell } from '../support/answers.js'
import { type Recorded, type Reply, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const at = { baseUrl: 'http://127.0.0.1:9', retry: false } as const
const wait = { deadlineMs: 40, poll: { minDelayMs: 5, maxDelayMs: 5 } }

const giving =
  (body: unknown): Fetch =>
  async () =>
    Response.json(body)

const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown)

async function errorOf(work: Promise<unknown>): Promise<StopError> {
  const error = await outcomeOf(work)
  if (!isStopError(error)) throw new Error(`no StopError: ${JSON.stringify(error)}`)
  return error
}

describe('a success that the operation does not have', () => {
  const replying = async (reply: (request: Recorded) => Reply, act: (baseUrl: string) => Promise<unknown>) => {
    await using server = await startRecorder(reply)
    return await outcomeOf(act(server.url))
  }
  const once = { retry: false } as const

  test.each(['{}', '[]', 'null', '""', '0'])('where it has no body: %s proves no stop', async (body) => {
    const application = { Id: ids.application, Name: 'fabric:/x', Status: 'Ready' }
    await using server = await startRecorder(({ method }) => (method === 'GET' ? { body: application } : { body }))
    const deleting = serviceFabric({ ...at, baseUrl: server.url }).stop(
      { applicationId: ids.application },
      { mode: 'force' },
    )
    expect(await outcomeOf(deleting)).toMatchObject({ code: 'protocol', ambiguous: true })
    const killing = restate({ ...at, baseUrl: server.url, api: 'patch' }).stop(
      { invocationId: ids.restate },
      { mode: 'force' },
    )
    expect(await outcomeOf(killing)).toMatchObject({ code: 'protocol', ambiguous: true })
  })

  test.each([200, 201, 202, 206, 207, 226])('Enterprise Scheduler has removed nothing with %i', async (status) => {
    const act = (baseUrl: string) => enterpriseScheduler({ baseUrl, ...once }).purge({ requestId: 42 })
    expect(await replying(() => ({ status }), act)).toMatchObject({ code: 'protocol', ambiguous: true })
  })

  test.each([
    ['Service Fabric', (baseUrl: string) => serviceFabric({ baseUrl, ...once }).stop({ applicationId: 'a' })],
    [
      'Restate',
      (baseUrl: string) =>
        restate({ baseUrl, ...once, api: 'patch' }).stop({ invocationId: ids.restate }, { mode: 'force' }),
    ],
    [
      "Restate's purge",
      (baseUrl: string) => restate({ baseUrl, ...once, api: 'patch' }).purge({ invocationId: ids.restate }),
    ],
  ])('%s says 200 without a body; with one it is another server', async (_, act) => {
    expect(await replying(() => ({ body: { ok: true } }), act)).toMatchObject({ code: 'protocol', ambiguous: true })
    expect(await replying(() => ({ body: { Error: { Code: 'E_FAIL' } } }), act)).toMatchObject({ code: 'protocol' })
    expect(await replying(() => ({ status: 200 }), act)).toHaveProperty('outcome')
  })
})

test('a wait at an application that was never there is not found, whatever answers the delete', async () => {
  await using server = await startRecorder(() => ({ status: 204 }))
  const system = serviceFabric({ baseUrl: server.url, retry: false })
  const options = { deadlineMs: 3_000, poll: { minDelayMs: 5, maxDelayMs: 5 } }
  await expect(system.stopAndWait({ applicationId: 'a' }, options)).rejects.toMatchObject({ code: 'not_found' })
  const accepted = system.stopAndWait({ applicationId: 'a' }, { ...options, ifMissing: 'accept' })
  expect(await accepted).toMatchObject({ outcome: 'gone' })
})

describe("a body that is none of the API's", () => {
  const graph = { functionUrn: ids.urn, requestId: ids.uuid }
  const task = { serviceName: 's', functionName: 'f', invocationId: ids.task }
  const bodies = ['denied', false, 5, [{ error_code: 'FSS.0403', ErrorCode: 'AccessDenied' }], { error: { code: 401 } }]

  test.each(bodies)('%j at 200 is no order taken', async (body) => {
    const fetch = giving(body)
    for (const stop of [
      functionGraph({ ...at, fetch }).stop(graph),
      functionCompute({ ...at, fetch }).stop(task),
      functionCompute({ ...at, fetch, apiVersion: '2023-03-30' }).stop({ functionName: 'f', invocationId: ids.task }),
    ]) {
      expect(await errorOf(stop)).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: true })
    }
  })

  test.each([{ serviceName: 'other' }, { functionName: 'other' }, { functionName: ['f'] }])(
    'a task of the same id, but %j, is another',
    async (other) => {
      const record = { invocationId: ids.task, status: 'Stopped', serviceName: 's', functionName: 'f' }
      const read = (fetch: Fetch) => functionCompute({ ...at, fetch }).read(task)
      expect(await read(giving(record))).toMatchObject({ phase: 'stopped' })
      expect(await errorOf(read(giving({ ...record, ...other })))).toMatchObject({ code: 'protocol' })
    },
  )

  test("nor is a task of another function's ARN", async () => {
    const arn = (name: string) => `acs:fc:cn-hangzhou:1880:functions/${name}/LATEST`
    const read = (functionArn: string) =>
      functionCompute({
        ...at,
        apiVersion: '2023-03-30',
        fetch: giving({ taskId: ids.task, status: 'Stopped', functionArn }),
      }).read({ functionName: 'f', invocationId: ids.task })
    expect(await read(arn('f'))).toMatchObject({ phase: 'stopped' })
    expect(await read('something else')).toMatchObject({ phase: 'stopped' })
    expect(await errorOf(read(arn('other')))).toMatchObject({ code: 'protocol' })
  })

  test('a request with several records goes on while one of them does', async () => {
    const record = (status: string) => ({ request_id: ids.uuid, status, error_code: 4208 })
    const read = (...all: string[]) =>
      functionGraph({ ...at, fetch: giving({ invocations: all.map(record) }) }).read(graph)
    expect(await read('FAIL', 'RUNNING')).toMatchObject({ phase: 'running' })
    expect(await read('FAIL', 'FAIL')).toMatchObject({ phase: 'stopped' })
  })
})

test.each([201, 202, 206])('a read that is answered with %i tells nothing', async (status) => {
  const record = { invocationId: ids.task, status: 'Stopped' }
  const fetch: Fetch = async () => Response.json(record, { status })
  const read = functionCompute({ ...at, fetch }).read({ serviceName: 's', functionName: 'f', invocationId: ids.task })
  expect(await errorOf(read)).toMatchObject({ code: 'protocol', httpStatus: status })
})

test('a word of nothing but what steers a terminal is none', async () => {
  const record = { invocationId: ids.task, status: '\u001b[31m' }
  const task = { serviceName: 's', functionName: 'f', invocationId: ids.task }
  const status = await functionCompute({ ...at, fetch: giving(record) }).read(task)
  expect(status).not.toHaveProperty('native')
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

  test('a 410 is nobody\'s word for "gone", whatever the caller accepts', async () => {
    const html = async () => new Response('<html>moved', { status: 410 })
    for (const stop of [
      restate({ ...at, fetch: html, api: 'patch' }).stop(target, { mode: 'force', ifMissing: 'accept' }),
      serviceFabric({ ...at, fetch: html }).stop({ applicationId: 'a' }, { mode: 'force', ifMissing: 'accept' }),
    ]) {
      expect(await errorOf(stop)).toMatchObject({ code: 'protocol', httpStatus: 410 })
    }
  })

  test("Restate's own words say that it had ended, also when its record is gone", async () => {
    const told = () =>
      Response.json(
        { message: `The invocation '${ids.restate}' was already completed.`, restate_code: null },
        { status: 409 },
      )
    const receipt = await restate({ ...at, fetch: answering(told), api: 'patch' }).stop(target)
    expect(receipt).toMatchObject({ outcome: 'already-ended', phase: 'gone' })
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

test('two rows of one invocation tell nothing', async () => {
  const rows = ['completed', 'running'].map((status) => ({ id: ids.restate, status, completion_result: 'success' }))
  const system = restate({ ...at, fetch: giving({ rows }) })
  expect(await errorOf(system.read({ invocationId: ids.restate }))).toMatchObject({ code: 'protocol' })
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

test('at Restate by DELETE a foreign row does not keep the stop from being sent', async () => {
  const foreign = {
    body: { rows: [{ id: ids.restate.replace(/.$/, 'Y'), status: 'completed', completion_result: 'success' }] },
  }
  await using server = await startRecorder((request) => (request.path === '/query' ? foreign : answerWell(request)))
  const system = restate({ baseUrl: server.url, retry: false, api: 'delete' })
  const { outcome, warnings } = await system.stop({ invocationId: ids.restate })
  expect(outcome).toBe('accepted')
  expect(warnings.map(({ code }) => code)).toEqual(['children-stopped', 'not-checked', 'existence-unknown'])
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE'])
})
