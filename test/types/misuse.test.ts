/** Misuse is a compile error (`npm run check` compiles this file), and at run time a StopError before any request. */
import {
  allstop,
  authToken,
  basic,
  bearer,
  type ClientCertificateOptions,
  enterpriseScheduler,
  type Fleet,
  functionCompute,
  functionGraph,
  type HeadersGiven,
  type Receipt,
  type RestateSystem,
  restate,
  type StopError,
  serviceFabric,
  type WaitOptions,
} from 'allstop'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ids } from '../support/systems.js'

const baseUrl = 'http://127.0.0.1:9'
/** Fails the test if anything is sent. */
const fetch = () => Promise.reject(new Error('a request was sent'))

const fleet = allstop({
  orders: restate({ baseUrl, fetch }),
  images: functionGraph({ baseUrl, fetch }),
  reports: functionCompute({ baseUrl, fetch }),
  tasks: functionCompute({ baseUrl, fetch, apiVersion: '2023-03-30' }),
  payroll: enterpriseScheduler({ baseUrl, fetch }),
  shop: serviceFabric({ baseUrl, fetch }),
  other: restate({ baseUrl, fetch }),
})

const urn = { functionUrn: ids.urn, requestId: ids.uuid }
const task = { functionName: 'f', invocationId: 'i' }

test('what is right is typed', () => {
  type Result<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>
  const orders = () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { mode: 'force' })
  const images = () => fleet.stop({ system: 'images', ...urn }, { cascade: true })
  const reports = () =>
    fleet.stop({ system: 'reports', serviceName: 's', ...task }, { accountId: '1', date: new Date(0), traceId: 't' })
  expectTypeOf<Result<typeof reports>['kind']>().toEqualTypeOf<'function-compute'>()
  const shop = () => fleet.stop({ system: 'shop', applicationId: 'a' }, { serverTimeoutSeconds: 5 })
  expectTypeOf<Result<typeof orders>['kind']>().toEqualTypeOf<'restate'>()
  expectTypeOf<Result<typeof orders>['mode']>().toEqualTypeOf<'graceful' | 'force'>()
  expectTypeOf<Result<typeof images>['mode']>().toEqualTypeOf<'force'>()
  expectTypeOf<Result<typeof shop>>().toExtend<Receipt<'service-fabric'>>()
  expectTypeOf(fleet.systems.other).toEqualTypeOf<RestateSystem>()
  expectTypeOf(fleet).toExtend<Fleet<{ orders: RestateSystem }> | object>()
  expectTypeOf(fleet.systems.payroll.stop)
    .parameter(0)
    .toEqualTypeOf<{ readonly requestId: string | bigint | number }>()
  expectTypeOf<Headers | ReadonlyMap<string, string> | [string, string][]>().toExtend<HeadersGiven>()
  expectTypeOf<string[] | Map<string, number> | { a: number }>().not.toExtend<HeadersGiven>()
  expectTypeOf<() => Promise<void>>().toExtend<WaitOptions['onPhase']>()
  expectTypeOf<ClientCertificateOptions['key']>().toEqualTypeOf<string | Uint8Array | undefined>()
  expectTypeOf<ClientCertificateOptions['pfx']>().toEqualTypeOf<Uint8Array | undefined>()
})

/** Each is a type error where it stands, and the run-time error beside it. */
const misuses: [what: string, code: StopError['code'], field: string, call: () => Promise<unknown>][] = [
  [
    'a system that the fleet does not have',
    'invalid_argument',
    'target.system',
    // @ts-expect-error there is no such system
    () => fleet.stop({ system: 'oders', invocationId: ids.restate }),
  ],
  [
    'the target of another system',
    'invalid_argument',
    'target.functionUrn',
    // @ts-expect-error a Restate invocation has no URN
    () => fleet.stop({ system: 'orders', ...urn }),
  ],
  [
    'a target without its id',
    'invalid_argument',
    'invocationId',
    // @ts-expect-error the id is missing
    () => fleet.stop({ system: 'orders' }),
  ],
  [
    'graceful where there is only force',
    'unsupported',
    'mode',
    // @ts-expect-error FunctionGraph has no graceful mode
    () => fleet.stop({ system: 'images', ...urn }, { mode: 'graceful' }),
  ],
  [
    'force where there is only graceful',
    'unsupported',
    'mode',
    // @ts-expect-error Function Compute has no force
    () => fleet.stop({ system: 'tasks', ...task }, { mode: 'force' }),
  ],
  [
    'a mode that nobody has',
    'invalid_argument',
    'mode',
    // @ts-expect-error the mode is called force
    () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { mode: 'kill' }),
  ],
  [
    'a header of Function Compute 2.0 at 3.0',
    'invalid_argument',
    'traceId',
    // @ts-expect-error only 2.0 has these headers
    () => fleet.stop({ system: 'tasks', ...task }, { traceId: 't' }),
  ],
  [
    'an option of another system',
    'invalid_argument',
    'options.cascade',
    // @ts-expect-error only FunctionGraph cascades
    () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { cascade: true }),
  ],
  [
    'retry: true',
    'invalid_argument',
    'retry',
    // @ts-expect-error it says how, or false
    () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { retry: true }),
  ],
  [
    'a logger for one call',
    'invalid_argument',
    'options.logger',
    // @ts-expect-error the system has one
    () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { logger: console }),
  ],
  [
    'a misspelt option',
    'invalid_argument',
    'options.timeout',
    // @ts-expect-error the option is called timeoutMs
    () => fleet.stop({ system: 'orders', invocationId: ids.restate }, { timeout: 1 }),
  ],
  [
    'a service at Function Compute 3.0',
    'invalid_argument',
    'target.serviceName',
    // @ts-expect-error 3.0 knows no services
    () => fleet.stop({ system: 'tasks', serviceName: 's', ...task }),
  ],
  [
    'no service at Function Compute 2.0',
    'invalid_argument',
    'serviceName',
    // @ts-expect-error 2.0 needs the service
    () => fleet.stop({ system: 'reports', ...task }),
  ],
  [
    'a rounded id',
    'invalid_argument',
    'requestId',
    // Not a type error: a number is allowed as long as it is exact.
    () => fleet.stop({ system: 'payroll', requestId: 2 ** 53 }),
  ],
  [
    'a time-out that is not a time',
    'invalid_argument',
    'timeoutMs',
    // @ts-expect-error a number of milliseconds is meant
    () => fleet.stop({ system: 'shop', applicationId: 'a' }, { timeoutMs: '10s' }),
  ],
  [
    'a signal that is none',
    'invalid_argument',
    'signal',
    // @ts-expect-error the controller is not its signal
    () => fleet.stop({ system: 'shop', applicationId: 'a' }, { signal: new AbortController() }),
  ],
  [
    'a header with a line break',
    'invalid_argument',
    'headers.x-a',
    () => fleet.stop({ system: 'shop', applicationId: 'a' }, { headers: { 'x-a': 'a\r\nb' } }),
  ],
  [
    'a server time-out that outlives fetch',
    'invalid_argument',
    'serverTimeoutSeconds',
    () => fleet.stop({ system: 'shop', applicationId: 'a' }, { serverTimeoutSeconds: 241 }),
  ],
  [
    'escalation where there is one mode',
    'invalid_argument',
    'escalateAfterMs',
    // @ts-expect-error FunctionGraph has only force
    () => fleet.stopAndWait({ system: 'images', ...urn }, { deadlineMs: 1, escalateAfterMs: 1 }),
  ],
  [
    'escalation from force',
    'invalid_argument',
    'escalateAfterMs',
    () =>
      fleet.stopAndWait({ system: 'shop', applicationId: 'a' }, { deadlineMs: 1, mode: 'force', escalateAfterMs: 1 }),
  ],
  [
    'a wait without a deadline',
    'invalid_argument',
    'deadlineMs',
    // @ts-expect-error the deadline is compulsory
    () => fleet.waitUntilEnded({ system: 'shop', applicationId: 'a' }, {}),
  ],
  [
    'pauses in the wrong order',
    'invalid_argument',
    'poll',
    () =>
      fleet.waitUntilEnded(
        { system: 'shop', applicationId: 'a' },
        { deadlineMs: 1, poll: { minDelayMs: 2, maxDelayMs: 1 } },
      ),
  ],
  [
    'a mode for a read',
    'invalid_argument',
    'options.mode',
    // @ts-expect-error a read stops nothing
    () => fleet.read({ system: 'shop', applicationId: 'a' }, { mode: 'force' }),
  ],
  [
    'purge of a journal at Enterprise Scheduler',
    'invalid_argument',
    'options.journalOnly',
    // @ts-expect-error only Restate has journals
    () => fleet.systems.payroll.purge({ requestId: 1 }, { journalOnly: true }),
  ],
]

test.each(misuses)('%s', async (_, code, field, call) => {
  const error = await call().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'StopError', code, attempts: 0, ambiguous: false })
  expect(String(error)).toContain(`${field}:`)
})

describe('factories', () => {
  const secret = 'canary-password'
  const login = basic({ username: 'ops', password: secret })
  const wrong: [what: string, field: string, make: () => unknown][] = [
    ['no options', 'options', () => restate(undefined as never)],
    ['no base URL', 'baseUrl', () => restate({} as never)],
    ['a relative base URL', 'baseUrl', () => restate({ baseUrl: '/admin' })],
    ['a base URL without a scheme', 'baseUrl', () => restate({ baseUrl: 'localhost:9070' })],
    ['another scheme', 'baseUrl', () => restate({ baseUrl: 'ftp://localhost' })],
    ['a password in the base URL', 'baseUrl', () => restate({ baseUrl: `https://ops:${secret}@host` })],
    ['a query', 'baseUrl', () => restate({ baseUrl: 'https://host/?a=1' })],
    ['a fragment', 'baseUrl', () => restate({ baseUrl: 'https://host/#a' })],
    ['a broken escape', 'baseUrl', () => restate({ baseUrl: 'https://host/100%' })],
    ['a placeholder', 'baseUrl', () => functionGraph({ baseUrl: 'https://functiongraph.{region}.myhuaweicloud.com' })],
    ['a credential over plain http', 'baseUrl', () => restate({ baseUrl: 'http://host', auth: bearer(secret) })],
    // @ts-expect-error Restate takes no Basic
    ['a credential of another system', 'auth', () => restate({ baseUrl, auth: login })],
    // @ts-expect-error FunctionGraph takes X-Auth-Token
    ['a bearer where X-Auth-Token is meant', 'auth', () => functionGraph({ baseUrl, auth: bearer(secret) })],
    // @ts-expect-error Function Compute takes signatures only
    ['a token where a signature is meant', 'auth', () => functionCompute({ baseUrl, auth: authToken(secret) })],
    ['a bare token', 'auth', () => restate({ baseUrl, auth: secret as never })],
    ['a misspelt option', 'options.baseURL', () => restate({ baseURL: baseUrl } as never)],
    // @ts-expect-error the API is called delete
    ['an unknown API', 'api', () => restate({ baseUrl, api: 'DELETE' })],
    // @ts-expect-error only 2.0 has this header
    ['an account at 3.0', 'accountId', () => functionCompute({ baseUrl, apiVersion: '2023-03-30', accountId: '1' })],
    // @ts-expect-error there is no such version
    ['an unknown API version', 'apiVersion', () => functionCompute({ baseUrl, apiVersion: '2016-08-15' })],
    ['a project id that is a path', 'projectId', () => functionGraph({ baseUrl, projectId: 'a/b' })],
    ['a long server time-out', 'serverTimeoutSeconds', () => serviceFabric({ baseUrl, serverTimeoutSeconds: 300 })],
    ['a cluster id with a line break', 'clusterId', () => serviceFabric({ baseUrl, clusterId: 'a\nb' })],
    ['an empty token', 'token', () => bearer('')],
    ['a token with a line break', 'token', () => bearer(`${secret}\n`)],
    ['a user name with a colon', 'auth.username', () => basic({ username: 'a:b', password: secret })],
    ['something else in a fleet', 'orders', () => allstop({ orders: { baseUrl } as never })],
  ]
  test.each(wrong)('%s', (_, field, make) => {
    let error: unknown
    try {
      make()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'StopError', code: 'invalid_argument', attempts: 0 })
    expect(String(error)).toContain(`${field}:`)
    expect(String((error as Error).stack)).not.toContain(secret)
  })

  test('allowInsecure is a choice, and loopback needs none', () => {
    expect(restate({ baseUrl: 'http://host', auth: bearer('t'), allowInsecure: true }).kind).toBe('restate')
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
      expect(restate({ baseUrl: `http://${host}:1`, auth: bearer('t') }).kind).toBe('restate')
    }
  })

  test('a project id guards against URNs of other projects', async () => {
    const system = functionGraph({ baseUrl, fetch, projectId: 'abc' })
    await expect(system.stop(urn)).rejects.toMatchObject({ code: 'invalid_argument' })
  })
})

test('only systems that keep a record forget', () => {
  expectTypeOf(fleet.systems.orders).toHaveProperty('purge')
  expectTypeOf(fleet.systems.payroll).toHaveProperty('purge')
  expectTypeOf(fleet.systems.images).not.toHaveProperty('purge')
  expectTypeOf(fleet.systems.tasks).not.toHaveProperty('purge')
  expectTypeOf(fleet.systems.shop).not.toHaveProperty('purge')
  const withPurge = Object.entries(fleet.systems).filter(([, system]) => 'purge' in system)
  expect(withPurge.map(([name]) => name)).toEqual(['orders', 'payroll', 'other'])
})

test('systems of one kind keep their names apart', async () => {
  const error = await fleet.stop({ system: 'other', invocationId: 'x' }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ system: 'other', kind: 'restate' })
  expect(fleet.systems.orders.name).toBe('orders')
})
