/** A cloud without a credential is warned of once, when it is set up, and not only when the first stop is refused. */
import {
  acs3,
  authToken,
  basic,
  type Events,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  type Logger,
  onEvent,
  restate,
  serviceFabric,
} from 'allstop'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const baseUrl = 'http://127.0.0.1:9'
let told: Events['allstop:warning'][]
let end: () => void
beforeEach(() => {
  told = []
  end = onEvent('allstop:warning', (event) => told.push(event))
})
afterEach(() => end())

const fetch = async () => new Response()
const clouds: readonly (readonly [
  kind: string,
  make: (options: object) => { named(name: string): unknown },
  auth: unknown,
])[] = [
  ['functiongraph', (options) => functionGraph({ baseUrl, ...options }), authToken('token-of-huawei')],
  [
    'function-compute',
    (options) => functionCompute({ baseUrl, ...options }),
    acs3({ accessKeyId: 'AK', accessKeySecret: 'SK' }),
  ],
  [
    'enterprise-scheduler',
    (options) => enterpriseScheduler({ baseUrl, ...options }),
    basic({ username: 'u', password: 'p' }),
  ],
]

describe.each(clouds)('%s', (kind, make, auth) => {
  test('is warned of once, and not again under another name', () => {
    make({}).named('other')
    expect(told).toEqual([
      {
        system: kind,
        kind,
        code: 'no-credential',
        message: 'no auth was given, and the system refuses requests without a credential',
      },
    ])
  })

  test('with a credential it is not', () => {
    make({ auth })
    expect(told).toEqual([])
  })

  test.each([
    ['a fetch', { fetch }],
    ['a header', { headers: { Authorization: 'Bearer of-my-own' } }],
  ])("%s of one's own may prove who asks: the message says so", (_, options) => {
    make(options)
    expect(told).toMatchObject([
      { message: expect.stringMatching(/; ignore this if your own fetch or headers add one$/) },
    ])
    expect(JSON.stringify(told)).not.toContain('of-my-own')
  })

  test('a header that is no credential changes nothing', () => {
    make({ headers: { 'x-own': 'a' } })
    expect(told).toMatchObject([{ message: expect.not.stringContaining('perhaps') }])
  })

  test('the logger is told, also when nobody listens', () => {
    end()
    const written: unknown[][] = []
    const silent = () => {}
    const logger: Logger = { debug: silent, info: silent, warn: (...line) => written.push(line), error: silent }
    make({ logger })
    expect(written).toEqual([
      [expect.stringMatching(`^${kind}: no auth was given`), { system: kind, kind, code: 'no-credential' }],
    ])
  })

  test('a factory that fails warns of nothing', () => {
    expect(() => make({ timeoutMs: -1 })).toThrow()
    expect(told).toEqual([])
  })
})

test('a system that may be open is not', () => {
  restate({ baseUrl })
  serviceFabric({ baseUrl })
  expect(told).toEqual([])
})
