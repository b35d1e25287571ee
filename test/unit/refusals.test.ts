/** Everything wrong that can be handed to a factory, a credential or a fleet is refused by name, before any request. */
import {
  acs3,
  akSk,
  allstop,
  authToken,
  basic,
  bearer,
  entra,
  functionComputeUrl,
  iamPassword,
  isStopError,
  oauth2ClientCredentials,
  onEvent,
  restate,
  signed,
} from 'allstop'
import { expect, test } from 'vitest'

const baseUrl = 'http://127.0.0.1:9'
const iam = { iamUrl: baseUrl, domain: 'd', username: 'u', password: 'p4ssw0rd', project: { name: 'n' } }
const oauth = { tokenUrl: baseUrl, clientId: 'c', clientSecret: 's3cret-s3cret', scope: 's' }

const refusals: readonly (readonly [what: string, act: () => unknown, field: string])[] = [
  ['a system without a name', () => restate({ baseUrl }).named(''), 'name'],
  ['a system whose name is no text', () => restate({ baseUrl }).named(7 as never), 'name'],
  ['a fleet with something else', () => allstop({ a: {} as never }), 'a'],
  [
    'a credential of another kind',
    () => restate({ baseUrl, auth: basic({ username: 'u', password: 'p' }) as never }),
    'auth',
  ],
  ['a credential that is none', () => restate({ baseUrl, auth: 'token' as never }), 'auth'],
  ['basic without a password', () => basic({ username: 'u', password: undefined as never }), 'auth.password'],
  ['basic with a number', () => basic({ username: 'u', password: 7 as never }), 'auth.password'],
  ['basic with a colon in the name', () => basic({ username: 'u:v', password: 'p' }), 'auth.username'],
  ['signed without a function', () => signed('signature' as never), 'auth'],
  ['entra without a credential', () => entra(undefined as never, 's'), 'auth'],
  ['entra without a scope', () => entra({ getToken: async () => ({ token: 't' }) }, []), 'auth.scopes'],
  ['a password without a user', () => iamPassword({ ...iam, username: '' }), 'auth.username'],
  ['a password without a project', () => iamPassword({ ...iam, project: undefined as never }), 'auth.project'],
  ['a password without a name of the project', () => iamPassword({ ...iam, project: { name: '' } }), 'auth.project'],
  ['an IAM URL with a query', () => iamPassword({ ...iam, iamUrl: `${baseUrl}?a` }), 'iamUrl'],
  ['an IAM URL that is none', () => iamPassword({ ...iam, iamUrl: 'iam' }), 'iamUrl'],
  ['a client without a secret', () => oauth2ClientCredentials({ ...oauth, clientSecret: '' }), 'auth.clientSecret'],
  ['a token URL that is none', () => oauth2ClientCredentials({ ...oauth, tokenUrl: 'tokens' }), 'tokenUrl'],
  ['a token URL that is a number', () => oauth2ClientCredentials({ ...oauth, tokenUrl: 7 as never }), 'tokenUrl'],
  [
    'a token URL with a password',
    () => oauth2ClientCredentials({ ...oauth, tokenUrl: 'https://u:p4ssw0rd@h' }),
    'tokenUrl',
  ],
  [
    'a token URL with a fragment',
    () => oauth2ClientCredentials({ ...oauth, tokenUrl: new URL('https://h/#a') }),
    'tokenUrl',
  ],
  ['a token URL of a file', () => oauth2ClientCredentials({ ...oauth, tokenUrl: 'file:///etc/passwd' }), 'tokenUrl'],
  ['a URL of no account', () => functionComputeUrl(undefined as never), 'endpoint'],
  ['a URL of null', () => functionComputeUrl(null as never), 'endpoint'],
  [
    'a URL with a misspelt field',
    () => functionComputeUrl({ accountId: '1', region: 'cn-hangzhou', intern: true } as never),
    'endpoint.intern',
  ],
  ['an event that there is not', () => onEvent('bogus' as never, () => {}), 'name'],
  ['an event that every object has', () => onEvent('constructor' as never, () => {}), 'name'],
  ['an event without a listener', () => onEvent('allstop:stop', undefined as never), 'listener'],
  ['a fleet of nothing', () => allstop(null as never), 'systems'],
  ['a fleet that was given nothing', () => (allstop as () => unknown)(), 'systems'],
  ['a fleet without a system', () => allstop({}), 'systems'],
]

test.each(refusals)('%s', (_, act, field) => {
  try {
    act()
  } catch (error) {
    if (!isStopError(error)) throw error
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
    expect(error.message).toContain(`${field}: `)
    expect(error.message).not.toMatch(/p4ssw0rd|s3cret/)
    return
  }
  throw new Error('accepted')
})

const later: readonly (readonly [what: string, act: () => Promise<unknown>, field: string])[] = [
  ["a fleet's target of nothing", () => allstop({ a: restate({ baseUrl }) }).stop(undefined as never), 'target'],
  [
    "a fleet's target that throws",
    () =>
      allstop({ a: restate({ baseUrl }) }).stop(
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new TypeError('trap')
            },
          },
        ) as never,
      ),
    'target',
  ],
  [
    'a system that the fleet does not have',
    () => allstop({ a: restate({ baseUrl }) }).read({ system: 'b' } as never),
    'target.system',
  ],
  [
    'a name that every object has',
    () => allstop({ a: restate({ baseUrl }) }).read({ system: 'constructor' } as never),
    'target.system',
  ],
  [
    'a hook that gives a number',
    () => restate({ baseUrl, api: 'patch', auth: signed(() => ({ 'x-own': 7 }) as never) }).stop({ invocationId: id }),
    'auth',
  ],
  [
    'a hook that gives a line break',
    () => restate({ baseUrl, api: 'patch', auth: signed(() => ({ 'x-own': 'a\r\nb' })) }).stop({ invocationId: id }),
    'auth',
  ],
]
const id = 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz'

test.each(later)('%s', async (_, act, field) => {
  const error = await act().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: expect.stringContaining(`${field}: `) })
  if (isStopError(error)) expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
})

/** What a variable of the environment gives that is not set. */
const unset = undefined as never

test.each<[what: string, make: () => unknown, named: string]>([
  ['bearer', () => bearer(unset), 'bearer: token: is undefined'],
  ['authToken', () => authToken(unset), 'authToken: token: is undefined'],
  ['basic', () => basic({ username: unset, password: 'p' }), 'basic: auth.username: is undefined'],
  ['a password of basic', () => basic({ username: 'u', password: unset }), 'basic: auth.password: is undefined'],
  ['akSk', () => akSk({ accessKeyId: unset, secretAccessKey: 'k' }), 'akSk: auth.accessKeyId: is undefined'],
  ['acs3', () => acs3({ accessKeyId: 'k', accessKeySecret: unset }), 'acs3: auth.accessKeySecret: is undefined'],
  ['iamPassword', () => iamPassword({ ...iam, password: unset }), 'iamPassword: auth.password: is undefined'],
  ['an IAM URL', () => iamPassword({ ...iam, iamUrl: unset }), 'iamPassword: iamUrl: is undefined'],
  ['a project', () => iamPassword({ ...iam, project: { name: unset } }), 'auth.project.name: is undefined'],
  [
    "a client's secret",
    () => oauth2ClientCredentials({ ...oauth, clientSecret: unset }),
    'oauth2ClientCredentials: auth.clientSecret: is undefined',
  ],
  ['a token URL', () => oauth2ClientCredentials({ ...oauth, tokenUrl: unset }), 'tokenUrl: is undefined'],
  ['a scope', () => entra({ getToken: async () => ({ token: 't' }) }, unset), 'entra: auth.scopes: is undefined'],
])('%s that is undefined is refused at once, with the likely reason', (_, make, named) => {
  expect(make).toThrow(`${named}; an environment variable is probably not set`)
})

test('auth: undefined means none', () => {
  expect(() => restate({ baseUrl, auth: undefined })).not.toThrow()
})

test.each(['localhost:9070', '127.0.0.1:9070', 'cluster.example', 's3cret:19080/path', ' localhost'])(
  'a base URL without a scheme: %s',
  (given) => {
    expect(() => restate({ baseUrl: given })).toThrow(
      'restate configure: baseUrl: has no scheme; write http:// or https:// before the host, such as http://host:port',
    )
  },
)

test('a base URL with a scheme that is no HTTP', () => {
  expect(() => restate({ baseUrl: 'ftp://host' })).toThrow('baseUrl: must begin with http:// or https://')
  expect(() => restate({ baseUrl: 'http://' })).toThrow('baseUrl: is not a URL')
})

test('a fleet of one bare system, and an address that is not set, say so', () => {
  expect(() => allstop(restate({ baseUrl }) as never)).toThrow('systems: must hold at least one system under a name')
  expect(() => restate({ baseUrl: undefined as never })).toThrow('baseUrl: is undefined; an environment variable')
})

test.each([
  ['a system', (name: string) => allstop({ [name]: 1 } as never)],
  ['an option', (name: string) => restate({ baseUrl, [name]: 1 })],
])('the name of %s in a refusal is one bounded line', (_, act) => {
  const name = `\u001b[31m\u202ex\nERROR forged ${'y'.repeat(2_000)}`
  expect(() => act(name)).toThrow(/^[^\p{Cc}\p{Cf}]{20,300}$/u)
})

test('a revoked proxy is no target', async () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const refused = restate({ baseUrl }).stop(proxy as never)
  await expect(refused).rejects.toMatchObject({ code: 'invalid_argument', attempts: 0 })
})

test('a fleet without a system says what one looks like', () => {
  expect(() => allstop({})).toThrow('fleet configure: systems: must hold at least one system under a name, such as {')
})

test('a getter of headers that throws is named', () => {
  const headers = Object.defineProperty({}, 'x-own', {
    enumerable: true,
    get: () => {
      throw new Error('s3cret')
    },
  })
  expect(() => restate({ baseUrl, headers })).toThrow('headers.x-own: its getter threw')
})
