/**
 * No secret anywhere: every credential is driven through success, every failure, and a peer that echoes all it was sent;
 * neither the error nor the receipt nor anything that is printed may hold a secret.
 */
import { inspect } from 'node:util'
import {
  acs3,
  akSk,
  authToken,
  basic,
  bearer,
  enterpriseScheduler,
  entra,
  functionCompute,
  functionGraph,
  iamPassword,
  oauth2ClientCredentials,
  restate,
  serviceFabric,
  signed,
} from 'allstop'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Recorded, type Recorder, type Reply, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const canary = 'c4nary-5ecret'
const forms = [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64').slice(0, 16)]
/** Basic hides the secret at an offset, so the whole of its header is looked for too. */
const basicForms = ['ops', 'id'].map((user) => Buffer.from(`${user}:${canary}`).toString('base64'))

let tokens: Recorder
beforeAll(async () => {
  tokens = await startRecorder(() => ({
    status: 201,
    headers: { 'x-subject-token': `iam-${canary}` },
    body: { access_token: `oauth-${canary}`, expires_in: 3600 },
  }))
})
afterAll(() => tokens.close())

type Act = (baseUrl: string) => Promise<unknown>
const shortly = { timeoutMs: 400, retry: { attempts: 2, minDelayMs: 1 } }
const graph = { functionUrn: ids.urn, requestId: ids.uuid }
const task = { functionName: 'f', invocationId: 'i' }
const wait = { deadlineMs: 300, poll: { minDelayMs: 20, maxDelayMs: 50 } }

const credentials: Record<string, Act> = {
  'restate bearer': (baseUrl) =>
    restate({ baseUrl, auth: bearer(canary), ...shortly }).stop({ invocationId: ids.restate }),
  'restate bearer, waiting': (baseUrl) =>
    restate({ baseUrl, auth: bearer(async () => canary), api: 'patch', ...shortly }).stopAndWait(
      { invocationId: ids.restate },
      wait,
    ),
  'restate bearer, purge': (baseUrl) =>
    restate({ baseUrl, auth: bearer(canary), api: 'delete', ...shortly }).purge({ invocationId: ids.restate }),
  'functiongraph token': (baseUrl) => functionGraph({ baseUrl, auth: authToken(canary), ...shortly }).stop(graph),
  'functiongraph keys': (baseUrl) =>
    functionGraph({
      baseUrl,
      auth: akSk({ accessKeyId: 'AK', secretAccessKey: canary, securityToken: `st-${canary}` }),
      ...shortly,
    }).read(graph),
  'functiongraph password': (baseUrl) =>
    functionGraph({
      baseUrl,
      auth: iamPassword({
        iamUrl: tokens.url,
        domain: 'd',
        username: 'ops',
        password: canary,
        project: { name: 'p' },
      }),
      ...shortly,
    }).stop(graph),
  'function-compute keys': (baseUrl) =>
    functionCompute({
      baseUrl,
      apiVersion: '2023-03-30',
      auth: acs3({ accessKeyId: 'AK', accessKeySecret: canary, securityToken: `st-${canary}` }),
      ...shortly,
    }).stop(task),
  'function-compute hook': (baseUrl) =>
    functionCompute({
      baseUrl,
      apiVersion: '2023-03-30',
      auth: signed(() => ({ authorization: `Own Signature=${canary}` })),
      ...shortly,
    }).stopAndWait(task, wait),
  'enterprise-scheduler basic': (baseUrl) =>
    enterpriseScheduler({ baseUrl, auth: basic({ username: 'ops', password: canary }), ...shortly }).stop({
      requestId: 1,
    }),
  'enterprise-scheduler oauth2': (baseUrl) =>
    enterpriseScheduler({
      baseUrl,
      auth: oauth2ClientCredentials({ tokenUrl: tokens.url, clientId: 'id', clientSecret: canary, scope: 's' }),
      ...shortly,
    }).stopAndWait({ requestId: 1 }, wait),
  'service-fabric entra': (baseUrl) =>
    serviceFabric({ baseUrl, auth: entra({ getToken: async () => ({ token: canary }) }, 's'), ...shortly }).stop({
      applicationId: 'a',
    }),
}

/** All that came, said back in every field that an error body of the five has. */
function echo({ headers, body }: Recorded): { words: string; fields: object } {
  const words = `${JSON.stringify(headers)} ${body}`
  const named = { message: words, restate_code: words, error_code: words, error_msg: words, request_id: words }
  const others = { ErrorCode: words, errorMessage: words, Code: words, Message: words, title: words, detail: words }
  return { words, fields: { ...named, ...others, errorCode: words, Error: { Code: words, Message: words } } }
}

/** A header that says back what was sent, as far as it fits into one. */
const echoHeader = (words: string) => ({ 'x-echo': words.slice(0, 2_000), 'x-request-id': words.slice(0, 500) })

const situations: Record<string, (request: Recorded) => Reply> = {
  ...Object.fromEntries(
    [200, 202, 400, 401, 403, 404, 409, 412, 429, 500, 503, 504].map((status) => [
      `HTTP ${status} with an echo`,
      (request: Recorded): Reply => {
        const { words, fields } = echo(request)
        return { status, headers: echoHeader(words), body: { ...fields, rows: [fields], status: words, state: words } }
      },
    ]),
  ),
  'HTML with an echo': (request) => ({ body: `<html>${echo(request).words}` }),
  'broken JSON with an echo': (request) => ({ body: `{"a": ${echo(request).words}` }),
  'a redirect with an echo': (request) => ({
    status: 307,
    headers: { location: `http://127.0.0.1:9/?${encodeURIComponent(echo(request).words)}` },
  }),
  'a reset': () => ({ raw: (request) => request.socket.resetAndDestroy() }),
  'no answer': () => ({ raw: () => {} }),
  'a body cut short': () => ({
    raw: (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setTimeout(() => response.destroy(), 10)
    },
  }),
}

/** What is printed while a test runs. */
let printed = ''
const writers = [process.stdout, process.stderr] as const
const originals = writers.map((stream) => stream.write.bind(stream))
beforeEach(() => {
  printed = ''
  for (const stream of writers) {
    stream.write = ((chunk: unknown) => {
      printed += String(chunk)
      return true
    }) as typeof stream.write
  }
})
afterEach(() => {
  writers.forEach((stream, index) => {
    const original = originals[index]
    if (original !== undefined) stream.write = original as typeof stream.write
  })
})

/** Everything of a value that anybody could print, its chain of causes included. */
function shown(value: unknown): string {
  const parts = [inspect(value, { depth: 10, showHidden: true, getters: true }), JSON.stringify(value) ?? '']
  for (let link = value; link instanceof Error; link = link.cause) parts.push(link.message, String(link.stack))
  return parts.join('\n')
}

function expectNoSecret(text: string): void {
  for (const form of [...forms, ...basicForms])
    expect(text.includes(form), `${form} in ${text.slice(0, 2_000)}`).toBe(false)
}

describe.each(Object.entries(credentials))('%s', (_name, act) => {
  test.each(Object.entries(situations))('%s', async (_situation, reply) => {
    await using server = await startRecorder(reply)
    const result = await act(server.url).catch((thrown: unknown) => thrown)
    // The echo is worth something only if there was something to echo.
    expect(server.requests.length).toBeGreaterThan(0)
    expectNoSecret(shown(result))
    expectNoSecret(printed)
  })

  test('nobody listens; TLS fails', async () => {
    const server = await startRecorder()
    await server.close()
    expectNoSecret(shown(await act(server.url).catch((thrown: unknown) => thrown)))
    await using plain = await startRecorder()
    expectNoSecret(shown(await act(plain.url.replace('http:', 'https:')).catch((thrown: unknown) => thrown)))
    expectNoSecret(printed)
  })
})

test('the check itself finds a secret', () => {
  expect(() => expectNoSecret(shown(new Error('x', { cause: new Error(canary) })))).toThrow()
  expect(() => expectNoSecret(shown({ a: { b: { c: `Basic ${basicForms[0]}` } } }))).toThrow()
})
