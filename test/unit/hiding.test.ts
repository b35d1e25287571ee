/** Secrets in every spelling that a peer may echo them in, and numbers that must come through whole. */
import {
  acs3,
  akSk,
  basic,
  bearer,
  type Credential,
  enterpriseScheduler,
  isStopError,
  type Logger,
  oauth2ClientCredentials,
  onEvent,
  restate,
  signed,
  type UnsignedRequest,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { quoteLongIntegers } from '../../src/core/http/json.js'
import { hiderOf, secretsIn } from '../../src/core/http/redact.js'
import { shown } from '../support/canary.js'
import { errorBody } from '../support/error-body.js'
import { errorOf } from '../support/outcome.js'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

/** How a peer may write a text. */
const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const spellings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'as JSON': inJson,
  'as JSON in JSON': (text) => inJson(inJson(text)),
  'as JSON in JSON in JSON': (text) => inJson(inJson(inJson(text))),
  'with escaped slashes': (text) => inJson(text).replaceAll('/', '\\/'),
  'in code points': (text) =>
    [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'as a URL has it': (text) => encodeURIComponent(text),
  'as a URL has it, in small letters': (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'with every letter escaped': (text) =>
    [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'as a URL in a URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  'as a form': (text) => new URLSearchParams({ x: text }).toString().slice(2),
  'as HTML': (text) => text.replace(/[&<>"']/g, (char) => entities[char] ?? char),
  'as HTML in numbers': (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
  'as HTML in hexadecimal numbers': (text) =>
    [...text].map((char) => `&#x${char.codePointAt(0)?.toString(16)};`).join(''),
  'as HTML without semicolons': (text) => [...text].map((char) => `&#${char.codePointAt(0)}`).join(''),
  'as C has it': (text) => [...text].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  'in octal': (text) => [...text].map((char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`).join(''),
  'in code points with braces': (text) => [...text].map((char) => `\\u{${char.charCodeAt(0).toString(16)}}`).join(''),
  'in long code points': (text) =>
    [...text].map((char) => `\\U${char.charCodeAt(0).toString(16).padStart(8, '0')}`).join(''),
  'as old browsers escape': (text) =>
    [...text].map((char) => `%u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'as HTML with names': (text) =>
    text.replaceAll('=', '&equals;').replaceAll('+', '&plus;').replaceAll('/', '&sol;').replaceAll('"', '&quot;'),
  'broken by lines': (text) => [...text].join('\n'),
  'broken by what nobody sees': (text) => [...text].join('\u200b'),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64url': (text) => Buffer.from(text).toString('base64url'),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
  'as JSON in a form in HTML': (text) => encodeURIComponent(inJson(text)).replaceAll('%', '&#37;'),
}

const awkward = `pa"ss\\wo/rd+ &<'${'%41'}=x==`
const login = Buffer.from(`user:${awkward}`).toString('base64')
const given = (headers: Record<string, string>) => signed(() => headers) as Credential<never>

const cases: readonly (readonly [string, () => Credential<never>, readonly string[]])[] = [
  ['bearer, padded', () => bearer('QUJDREVGR0hJSktMTU5P==') as Credential<never>, ['QUJDREVGR0hJSktMTU5P==']],
  ['bearer, with a slash', () => bearer('abcdef/ghijkl+mnop==') as Credential<never>, ['abcdef/ghijkl+mnop==']],
  ['basic', () => basic({ username: 'user', password: awkward }) as Credential<never>, [login, awkward]],
  ...['x-jwt', 'x-auth', 'x-sig', 'x-pat', 'x-anything', 'cookie', 'x-api-key'].map(
    (name) => [name, () => given({ [name]: awkward }), [awkward]] as const,
  ),
  [
    'parameters of authorization',
    () => given({ authorization: 'Digest username="operator", nonce="n0nce-1234", response=r3sponse/+x==' }),
    ['operator', 'n0nce-1234', 'r3sponse/+x=='],
  ],
]

/** Whether a secret stands in a text, however it is spelled there. */
function holds(text: string, secret: string): boolean {
  const forms = Object.values(spellings).flatMap((spell) => [spell(secret), inJson(spell(secret))])
  return forms.some((form) => text.includes(form))
}

describe.each(cases)('%s', (_, auth, secrets) => {
  test.each(Object.entries(spellings))('echoed %s', async (__, spell) => {
    const heard: unknown[] = []
    const line = (...all: unknown[]) => void heard.push(all)
    const logger: Logger = { debug: line, info: line, warn: line, error: line }
    const ends = [
      onEvent('allstop:stop', (event) => heard.push(event)),
      onEvent('allstop:attempt', (event) => heard.push(event)),
    ]
    for (const status of [200, 403, 500]) {
      const words = secrets.map(spell).join(' ')
      await using server = await startRecorder(() => ({
        status,
        headers: { 'x-echo': encodeURIComponent(words), 'x-request-id': encodeURIComponent(words) },
        body: {
          ...(status === 200 ? { links: [words] } : { title: `no: ${words}`, detail: words }),
          [words]: { deep: [words] },
        },
      }))
      const system = enterpriseScheduler({ baseUrl: server.url, auth: auth() as never, retry: false, logger })
      const result = await system.stop({ requestId: 1 }).catch((thrown: unknown) => thrown)
      const text = shown([result, heard]) + shown(result)
      for (const secret of secrets) expect(holds(text, secret), `${secret} in ${text.slice(0, 3_000)}`).toBe(false)
      expect(text).toContain('[hidden]')
    }
    for (const end of ends) end()
  })

  test.each(Object.entries(spellings))('in a page that is not JSON, %s', async (__, spell) => {
    await using server = await startRecorder(() => ({ body: `<html>${secrets.map(spell).join('<br>')}` }))
    const system = enterpriseScheduler({ baseUrl: server.url, auth: auth() as never, retry: false })
    const text = shown(await system.stop({ requestId: 1 }).catch((thrown: unknown) => thrown))
    for (const secret of secrets) expect(holds(text, secret), `${secret} in ${text}`).toBe(false)
  })
})

describe.each(variants)('$name', ({ make, target, credential, lives }) => {
  const secret = 'abcdef/ghijkl+mnop=='
  const options = lives.harmfulTwice.includes('graceful') ? ({ ifStopping: 'repeat' } as const) : {}

  test.each(Object.entries(spellings))("in every field of the system's own errors, %s", async (_, spell) => {
    await using server = await startRecorder(() => ({ status: 403, body: errorBody(`no: ${spell(secret)}`) }))
    const system = make({ baseUrl: server.url, auth: credential(secret), retry: false })
    const error = await errorOf(system.stop(target, options))
    const text = shown(error)
    expect(holds(text, secret), `${secret} in ${text.slice(0, 3_000)}`).toBe(false)
    expect(text).toContain('[hidden]')
  })
})

describe('what a credential was made of', () => {
  const keys = { accessKeyId: 'AKEXAMPLE', securityToken: 'st-0123456789' }
  const request: UnsignedRequest = {
    method: 'PUT',
    url: new URL('https://fc.example/2023-03-30/functions/f/async-tasks/t/stop'),
    headers: {},
    body: '',
    signal: new AbortController().signal,
  }
  test.each<readonly [string, Credential, string]>([
    ['akSk', akSk({ ...keys, secretAccessKey: 'sk-0123456789' }), 'sk-0123456789'],
    ['acs3', acs3({ ...keys, accessKeySecret: 'sk-0123456789' }), 'sk-0123456789'],
  ])('%s: its secret key is hidden too, although it is never sent', async (_, credential, secret) => {
    const told: string[] = []
    await credential.authorize(request, (...more) => void told.push(...more))
    expect(told).toContain(secret)
  })

  test('oauth2: the client secret, when the system echoes it', async () => {
    const clientSecret = 'cl13nt/s3cret+x'
    await using tokens = await startRecorder(() => ({ body: { access_token: 'acc3ss-token', expires_in: 60 } }))
    await using server = await startRecorder(() => ({
      status: 403,
      body: { title: clientSecret, detail: encodeURIComponent(clientSecret) },
    }))
    const auth = oauth2ClientCredentials({ tokenUrl: tokens.url, clientId: 'c', clientSecret, scope: 's' })
    const error = await enterpriseScheduler({ baseUrl: server.url, auth })
      .stop({ requestId: 1 })
      .catch((thrown: unknown) => thrown)
    expect(isStopError(error)).toBe(true)
    expect(holds(shown(error), clientSecret)).toBe(false)
  })

  test("a header of the caller's own that looks like a secret", async () => {
    await using server = await startRecorder(({ headers }) => ({
      status: 403,
      body: { title: `${headers['x-api-key']} ${headers['x-tenant']}` },
    }))
    const system = enterpriseScheduler({
      baseUrl: server.url,
      headers: { 'x-api-key': 'k3y-0123456', 'x-tenant': 'tenant-9' },
    })
    const error = await system.stop({ requestId: 1 }).catch((thrown: unknown) => thrown)
    expect(shown(error)).not.toContain('k3y-0123456')
    expect(shown(error)).toContain('tenant-9')
  })
})

test.each(['code', 'name', 'message', 'errno'])('a secret in the %s of what fetch throws', async (field) => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.abcDEF_123-xyz'
  const fetch = async () => {
    throw Object.assign(new TypeError('fetch failed'), {
      [field]: token,
      cause: Object.assign(new Error('x'), { [field]: token }),
    })
  }
  const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', auth: bearer(token), fetch, retry: false })
  const error = await system.stop({ invocationId: ids.restate }).catch((thrown: unknown) => thrown)
  expect(isStopError(error)).toBe(true)
  expect(shown(error)).not.toContain(token)
})

test.each([
  'x-session',
  'x-csrf',
  'x-otp',
  'x-goog-iap-jwt-assertion',
  'dpop',
  'cf-access-client-id',
  'x-internal-auth-value',
])('the header %s of a caller is hidden, and does not go over plain http to another host', async (name) => {
  const sent: string[] = []
  const fetch = async (_: string, init: RequestInit) => {
    sent.push(JSON.stringify(init.headers))
    return Response.json({ title: `no: ${new Headers(init.headers).get(name)}` }, { status: 403 })
  }
  const options = { headers: { [name]: 'v4lue-of-mine' }, fetch, retry: false } as const
  const stop = (baseUrl: string, more = {}) =>
    enterpriseScheduler({ baseUrl, ...options, ...more })
      .stop({ requestId: 1 })
      .catch((thrown: unknown) => thrown)
  expect(await stop('http://remote.example')).toMatchObject({ code: 'invalid_argument', attempts: 0 })
  expect(sent).toEqual([])
  for (const result of [
    await stop('https://remote.example'),
    await stop('http://remote.example', { allowInsecure: true }),
  ]) {
    expect(result).toMatchObject({ code: 'permission_denied' })
    expect(shown(result)).not.toContain('v4lue-of-mine')
  }
  expect(sent).toHaveLength(2)
})

test('what is no secret stays readable', () => {
  const hide = hiderOf(secretsIn({ authorization: 'Bearer abcdefgh', 'x-key': 'short' }))
  expect(hide('Bearer at 2026-01-02T03:04:05Z, short')).toBe('Bearer at 2026-01-02T03:04:05Z, short')
  expect(hide('it was abcdefgh, and 100 %')).toBe('it was [hidden], and 100 %')
})

test.each([
  ['a number', 123456789],
  ['a number in a list', [123456789]],
])('a secret that comes back as %s', async (_, echo) => {
  await using server = await startRecorder(() => ({ status: 403, body: { title: 'no', detail: null, echo } }))
  const system = enterpriseScheduler({ baseUrl: server.url, auth: basic({ username: 'u', password: '123456789' }) })
  const error = await system.stop({ requestId: 1 }).catch((thrown: unknown) => thrown)
  expect(shown(error)).not.toContain('123456789')
})

describe('numbers', () => {
  test.each([
    ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
    ['{"id":-9007199254740993}', '{"id":"-9007199254740993"}'],
    ['[9223372036854775807,1]', '["9223372036854775807",1]'],
    ['9007199254740993', '"9007199254740993"'],
    // All digits are kept anyway.
    ['{"id":9007199254740991}', '{"id":9007199254740991}'],
    ['{"id":1000000000000000}', '{"id":1000000000000000}'],
    // No part of these is an integer.
    ['{"x":0.30000000000000004}', '{"x":0.30000000000000004}'],
    ['{"x":12345678901234567.5}', '{"x":12345678901234567.5}'],
    ['{"x":-1.2345678901234567e-7}', '{"x":-1.2345678901234567e-7}'],
    ['{"x":12345678901234567e3}', '{"x":12345678901234567e3}'],
    ['{"x":1E1234567890123456789}', '{"x":1E1234567890123456789}'],
    // Nor is anything in a text.
    ['{"9007199254740993":"a 9007199254740993 b"}', '{"9007199254740993":"a 9007199254740993 b"}'],
    ['["\\"9007199254740993"]', '["\\"9007199254740993"]'],
  ])('%s', (json, quoted) => {
    expect(quoteLongIntegers(json)).toBe(quoted)
    expect(() => JSON.parse(quoted)).not.toThrow()
  })

  test('a stop that is taken with a fraction in the answer is taken', async () => {
    await using server = await startRecorder(() => ({ status: 202, body: '{"load":0.30000000000000004}' }))
    const receipt = await restate({ baseUrl: server.url, api: 'patch' }).stop({ invocationId: ids.restate })
    expect(receipt).toMatchObject({ outcome: 'accepted', response: { body: { load: 0.1 + 0.2 } } })
  })
})

describe('in base64 of a longer text', () => {
  const secret = 'a-secret-of-this-call'
  const hide = hiderOf([secret])

  test.each([0, 1, 2, 3, 4, 5])('behind %i other bytes', (before) => {
    for (const behind of ['', 'x', 'xy', 'xyz']) {
      const text = Buffer.from(`${'='.repeat(before)}${secret}${behind}`).toString('base64')
      const shown = hide(`it was ${text}!`)
      expect(shown).toContain('[hidden]')
      // What is left of it is not enough to know more than the letters at its ends.
      expect(shown.replace('[hidden]', '').length).toBeLessThanOrEqual('it was !'.length + 8 + 8)
      expect(hide(Buffer.from(`${'='.repeat(before)}${secret}${behind}`).toString('base64url'))).toContain('[hidden]')
    }
  })

  test('another text stays', () => {
    expect(hide(Buffer.from('nothing to hide, and long enough').toString('base64'))).not.toContain('[hidden]')
  })
})

describe('the credential of an earlier request of the same call', () => {
  const tokens = ['first-token-of-the-call', 'second-token-of-the-call', 'third-token-of-the-call']
  const rotating = () => {
    let asked = 0
    return bearer(() => tokens[Math.min(asked++, 2)] as string)
  }

  test('is hidden when a later try is answered with it', async () => {
    let answered = 0
    const server = await startRecorder(() =>
      answered++ === 0 ? { status: 503 } : { status: 400, body: errorBody(`you said ${tokens[0]}`) },
    )
    const system = restate({
      baseUrl: server.url,
      api: 'patch',
      auth: rotating(),
      retry: { attempts: 2, minDelayMs: 1 },
    })
    const error = await errorOf(system.stop({ invocationId: ids.restate }, { mode: 'force' }))
    expect(server.requests).toHaveLength(2)
    expect(JSON.stringify(error)).not.toContain(tokens[0])
    expect(error.message).toContain('[hidden]')
    await server.close()
  })
})
