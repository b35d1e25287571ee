/** What messages show of a base URL and of a system's name: a path that looks like a token is hidden, a name is one line. */
import { inspect } from 'node:util'
import { restate } from 'allstop'
import { expect, test } from 'vitest'
import { closedUrl, errorOf } from '../support/outcome.js'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }

test('a part of the base URL that looks like a token is hidden, whoever names it', async () => {
  const secret = 's3cr3tPrefix77'
  await using server = await startRecorder(({ path }) => ({
    status: 500,
    body: { message: `no handler for ${path}` },
  }))
  const throwing = async (url: string) => {
    throw new Error(`cannot reach ${url}`)
  }
  for (const options of [
    { baseUrl: `${server.url}/${secret}` },
    { baseUrl: `${server.url}/${secret}/admin`, fetch: throwing },
    { baseUrl: `${await closedUrl()}/${secret}` },
  ]) {
    const error = await errorOf(restate({ ...options, retry: false }).stop(target))
    expect(`${inspect(error, { depth: 10 })} ${JSON.stringify(error)}`).not.toContain(secret)
    expect(error.message).toMatch(/, while asking GET \/\[hidden\]\/(?:admin\/)?version/)
  }
})

test.each(['my-cluster-2', 'eu-central-1', 'service-fabric-19080', 'team1-restate'])(
  'the base URL with its %s',
  async (part) => {
    const error = await errorOf(restate({ baseUrl: `${await closedUrl()}/${part}`, retry: false }).stop(target))
    expect(error.message).toContain(`, while asking GET /${part}/version`)
  },
)

test.each(['a;tok=abc123def456', 'tok@1abc2def3', '6fa459ea-ee8a-3ca4-894e-db77e160355e', `token-${'x'.repeat(30)}1`])(
  'but not with %s',
  async (part) => {
    const error = await errorOf(restate({ baseUrl: `${await closedUrl()}/${part}`, retry: false }).stop(target))
    expect(error.message).toContain(', while asking GET /[hidden]/version')
  },
)

test('the name of a system, on one line', async () => {
  const name = `a\nb\u001b[31m\u202e${'c'.repeat(1_000)}`
  const { message } = await errorOf(
    restate({ baseUrl: await closedUrl(), retry: false })
      .named(name)
      .stop(target),
  )
  expect(message).toMatch(/^a b c+… stop: connection refused/)
  expect(message.length).toBeLessThan(250)
})

test('the name of a system, on one line also where a wait ends', async () => {
  const name = 'a\nb\u001b[31m'
  const notFound = async () => Response.json({ rows: [] })
  const read = restate({ baseUrl: 'http://127.0.0.1:9', fetch: notFound }).named(name)
  expect((await errorOf(read.waitUntilEnded(target, { deadlineMs: 50 }))).message).toMatch(/^a b waitUntilEnded: /)
  const closed = restate({ baseUrl: await closedUrl() }).named(name)
  expect((await errorOf(closed.waitUntilEnded(target, { deadlineMs: 50 }))).message).toMatch(/^a b waitUntilEnded: /)
  const vanishing = async (url: string) =>
    url.endsWith('/query') ? Response.json({ rows: [] }) : new Response(null, { status: 202 })
  const stop = restate({ baseUrl: 'http://127.0.0.1:9', api: 'delete', fetch: vanishing }).named(name)
  expect((await errorOf(stop.stopAndWait(target, { deadlineMs: 50 }))).message).toMatch(/^a b stopAndWait: /)
})
