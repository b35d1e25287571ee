/** What an error and a receipt show of an answer: the system's own code, words and request id, and nothing made up. */
import {
  basic,
  bearer,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  isStopError,
  restate,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { textField } from '../../src/core/http/json.js'
import { printable } from '../../src/core/words/text.js'
import { json } from '../support/fakes/serve.js'
import { ids } from '../support/systems.js'

const baseUrl = 'http://127.0.0.1:9'
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>]
const fetchOf =
  ([status, body, headers]: Answer) =>
  async () =>
    typeof body === 'string' ? new Response(body, { status, headers: headers ?? {} }) : json(status, body, headers)

const stops: Record<string, (answer: Answer) => Promise<unknown>> = {
  restate: (answer) =>
    restate({ baseUrl, api: 'patch', retry: false, fetch: fetchOf(answer) }).stop({ invocationId: ids.restate }),
  functiongraph: (answer) =>
    functionGraph({ baseUrl, retry: false, fetch: fetchOf(answer) }).stop({
      functionUrn: ids.urn,
      requestId: ids.uuid,
    }),
  'function-compute': (answer) =>
    functionCompute({ baseUrl, retry: false, fetch: fetchOf(answer) }).stop({
      serviceName: 's',
      functionName: 'f',
      invocationId: 'i',
    }),
  'enterprise-scheduler': (answer) =>
    enterpriseScheduler({ baseUrl, retry: false, fetch: fetchOf(answer) }).stop({ requestId: 1 }),
  'service-fabric': (answer) =>
    serviceFabric({ baseUrl, retry: false, fetch: fetchOf(answer) }).stop({ applicationId: 'a' }),
}

const failures: readonly (readonly [system: string, answer: Answer, shown: Record<string, unknown>])[] = [
  [
    'restate',
    [503, { message: 'no leader', restate_code: 'RT0001' }],
    { providerCode: 'RT0001', providerMessage: 'no leader' },
  ],
  [
    'restate',
    [503, { message: 'no leader', restate_code: null }],
    { providerCode: undefined, providerMessage: 'no leader' },
  ],
  ['restate', [400, { message: 'bad path: /x' }], { code: 'protocol', providerMessage: 'bad path: /x' }],
  ['restate', [404, { message: "service 'invocations' not found, register it" }], { code: 'protocol' }],
  ['restate', [503, { message: 'no', source: 'ingress' }], { code: 'protocol' }],
  ['restate', [400, { message: 'bad query', restate_code: null }], { code: 'invalid_argument' }],
  ['restate', [503, 'starting\r\n up'], { providerCode: undefined, providerMessage: 'starting up' }],
  [
    'functiongraph',
    [429, { error_code: 'APIGW.0308', error_msg: 'slow down', request_id: 'r-1' }],
    { providerCode: 'APIGW.0308', providerMessage: 'slow down', requestId: 'r-1', code: 'rate_limited' },
  ],
  [
    'functiongraph',
    [500, { error_code: 'FSS.0500', error_msg: 'xxx' }, { 'x-request-id': 'r-2' }],
    { providerCode: 'FSS.0500', requestId: 'r-2', code: 'unknown' },
  ],
  ['functiongraph', [404, { error_code: 'APIG.0101', error_msg: 'no api' }], { code: 'protocol' }],
  ['functiongraph', [404, { error_code: 'FSS.0404', error_msg: 'can not find function' }], { code: 'not_found' }],
  ['functiongraph', [404, { message: 'not found' }], { code: 'protocol', providerCode: undefined }],
  ['functiongraph', [403, { error_code: 'FSS.0403', error_msg: 'Forbidden' }], { code: 'permission_denied' }],
  ['functiongraph', [401, { error_code: 'FSS.0403', error_msg: 'invalid token' }], { code: 'unauthenticated' }],
  [
    'function-compute',
    [503, { ErrorCode: 'ResourceThrottled', ErrorMessage: 'busy' }, { 'x-fc-request-id': 'r-3' }],
    { providerCode: 'ResourceThrottled', providerMessage: 'busy', requestId: 'r-3' },
  ],
  [
    'function-compute',
    [400, { Code: 'Throttling', Message: 'slow', RequestId: 'r-4' }],
    { code: 'rate_limited', requestId: 'r-4' },
  ],
  [
    'function-compute',
    [403, { Code: 'SignatureDoesNotMatch', Message: 'no' }, { 'x-acs-request-id': 'r-5' }],
    { code: 'unauthenticated', requestId: 'r-5' },
  ],
  ['function-compute', [403, { Code: 'NoSignature', Message: 'no' }], { code: 'permission_denied' }],
  ['function-compute', [404, { Code: 'InvalidAccessKeyId.NotFound', Message: 'no' }], { code: 'unauthenticated' }],
  [
    'enterprise-scheduler',
    [
      403,
      { type: 'about:blank', title: 'Forbidden', detail: 'not yours', errorCode: 'ESS-1' },
      { 'x-request-id': 'r-6' },
    ],
    { providerCode: 'ESS-1', providerMessage: 'Forbidden: not yours', requestId: 'r-6' },
  ],
  [
    'enterprise-scheduler',
    [500, { title: 'Error', detail: null }, { 'x-oracle-dms-ecid': 'ecid', 'x-request-id': 'r-7' }],
    { providerMessage: 'Error', requestId: 'ecid' },
  ],
  ['enterprise-scheduler', [500, 'weblogic is down'], { providerMessage: 'weblogic is down', requestId: undefined }],
  [
    'service-fabric',
    [409, { Error: { Code: 'FABRIC_E_WRITE_CONFLICT', Message: 'conflict' } }],
    { code: 'failed_precondition', providerCode: 'FABRIC_E_WRITE_CONFLICT', providerMessage: 'conflict' },
  ],
  ['service-fabric', [502, 'Bad Gateway'], { providerCode: undefined, providerMessage: 'Bad Gateway' }],
  ['service-fabric', [500, { Error: null }], { code: 'unknown', providerCode: undefined }],
]

test.each(failures)('%s %j', async (system, answer, shown) => {
  const error = await stops[system]?.(answer).catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error('no error')
  for (const [name, value] of Object.entries(shown)) expect([name, Reflect.get(error, name)]).toEqual([name, value])
  // What is not known is not there, also not as undefined.
  expect(Object.values(error.toJSON())).not.toContain(undefined)
  expect(error.toJSON()).toMatchObject({ name: 'StopError', message: error.message, httpStatus: answer[0] })
  for (const word of [error.providerCode, error.providerMessage].filter((one) => one !== undefined)) {
    expect(error.message).toContain(word)
  }
})

test.each([
  ['functiongraph', [200, null, { 'x-request-id': 'r-1' }], 'r-1'],
  ['function-compute', [200, {}, { 'x-fc-request-id': 'r-2' }], 'r-2'],
  ['enterprise-scheduler', [200, {}, { 'x-oracle-dms-ecid': 'r-3' }], 'r-3'],
  ['restate', [202, ''], undefined],
  ['service-fabric', [200, ''], undefined],
] as const)("a receipt of %s carries the request's id, where there is one", async (system, answer, id) => {
  const receipt = (await stops[system]?.(answer as unknown as Answer)) as { requestId?: string }
  expect(receipt.requestId).toBe(id)
  expect('requestId' in receipt).toBe(id !== undefined)
})

describe('a foreign text', () => {
  test.each([
    ['a\r\nb\tc', 'a b c'],
    ['  a  ', 'a'],
    ['a\u202eb\u0000c', 'a b c'],
    ['a\ud800', 'a\ufffd'],
    ['x'.repeat(300), 'x'.repeat(300)],
    ['x'.repeat(301), `${'x'.repeat(300)}…`],
    [`${'x'.repeat(299)}😀`, `${'x'.repeat(299)}\ufffd…`],
    [' '.repeat(1_190) + 'y'.repeat(100), 'y'.repeat(10)],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  test.each([
    [{ a: 'x' }, 'x'],
    [{ a: 7 }, '7'],
    [{ a: '' }, undefined],
    [{ a: null }, undefined],
    [{ a: ['x'] }, undefined],
    [{}, undefined],
    [Object.create({ a: 'inherited' }), undefined],
    [null, undefined],
    ['a', undefined],
  ])('the field of %j', (body, value) => {
    expect(textField(body, 'a')).toBe(value)
  })
})

describe('credentials over plain http', () => {
  const auth = basic({ username: 'u', password: 'p' })
  test.each([
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://[::1]:9',
    'http://127.8.9.10:9',
    'https://ess.example',
  ])('to %s are fine', (url) => {
    expect(() => enterpriseScheduler({ baseUrl: url, auth })).not.toThrow()
  })
  test.each(['http://ess.example', 'http://10.0.0.1', 'http://localhost.example', 'http://128.0.0.1'])(
    'to %s need to be asked for',
    (url) => {
      expect(() => enterpriseScheduler({ baseUrl: url, auth })).toThrow(/baseUrl: is plain http/)
      expect(() => enterpriseScheduler({ baseUrl: url, auth, allowInsecure: false })).toThrow(/baseUrl/)
      expect(() => enterpriseScheduler({ baseUrl: url, auth, allowInsecure: true })).not.toThrow()
      expect(() => enterpriseScheduler({ baseUrl: url })).not.toThrow()
    },
  )
})

test.each([
  ['graceful', 'unsupported'],
  ['kill', 'invalid_argument'],
])('the mode %s where there is only force', async (mode, code) => {
  const stop = functionGraph({ baseUrl, auth: undefined }).stop(
    { functionUrn: ids.urn, requestId: ids.uuid },
    { mode: mode as never },
  )
  await expect(stop).rejects.toMatchObject({ code, message: expect.stringContaining("mode: this system has 'force'") })
})

test.each([
  [{ minDelayMs: 5 }, 'poll'],
  [{ maxDelayMs: 5 }, 'poll'],
  [{ minDelayMs: 6, maxDelayMs: 5 }, 'poll'],
  [{ minDelayMs: 0, maxDelayMs: 5 }, 'poll.minDelayMs'],
  [{ minDelayMs: 1, maxDelayMs: 5, other: 1 }, 'poll.other'],
])('poll: %j', async (poll, field) => {
  const wait = restate({ baseUrl, auth: bearer('t0ken-t0ken') }).waitUntilEnded(
    { invocationId: ids.restate },
    { deadlineMs: 5, poll: poll as never },
  )
  await expect(wait).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(`${field}`) })
})

test.each([0, 0.5, 241, Number.NaN, '60', null])('a server time-out of %j is refused', async (seconds) => {
  const serverTimeoutSeconds = seconds as number
  expect(() => serviceFabric({ baseUrl, serverTimeoutSeconds })).toThrow(/serverTimeoutSeconds: must be a whole number/)
  await expect(serviceFabric({ baseUrl }).stop({ applicationId: 'a' }, { serverTimeoutSeconds })).rejects.toMatchObject(
    { code: 'invalid_argument' },
  )
})
