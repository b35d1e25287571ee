/** Secrets in every spelling that a peer may echo them in, and numbers that must come through whole. */
import { inspect } from 'node:util'
import { basic, bearer, type Credential, enterpriseScheduler, isStopError, restate, signed } from 'allstop'
import { describe, expect, test } from 'vitest'
import { quoteLongIntegers } from '../../src/core/json.js'
import { hiderOf, secretsIn } from '../../src/core/redact.js'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

describe('a secret that ends in equal signs, or holds what JSON and URLs escape', () => {
  const padded = 'QUJDREVGR0hJSktMTU5P=='
  const slashed = 'abcdef/ghijkl+mnop=='
  const quoted = 'pa"ss\\wo/rd=='
  const login = Buffer.from('user:passwordabc').toString('base64')

  const cases: readonly (readonly [string, Credential<never>, readonly string[]])[] = [
    ['bearer, padded', bearer(padded) as Credential<never>, [padded]],
    ['bearer, with a slash', bearer(slashed) as Credential<never>, [slashed]],
    ['basic', basic({ username: 'user', password: 'passwordabc' }) as Credential<never>, [login, 'passwordabc']],
    ['a key of one’s own', signed(() => ({ 'x-api-key': padded })) as Credential<never>, [padded]],
    ['a signature with a quote', signed(() => ({ 'x-signature': quoted })) as Credential<never>, [quoted]],
  ]
  /** How a peer may write a text into a JSON string. */
  const spellings: Record<string, (text: string) => string> = {
    'as it is': (text) => JSON.stringify(text).slice(1, -1),
    'with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
    'in code points': (text) =>
      [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    'as a URL has it': (text) => encodeURIComponent(text),
  }

  describe.each(cases)('%s', (_, auth, secrets) => {
    test.each(Object.entries(spellings))('echoed %s', async (__, spell) => {
      for (const status of [200, 403, 500]) {
        await using server = await startRecorder(() => ({
          status,
          headers: { 'content-type': 'application/json', 'x-echo': encodeURIComponent(secrets.join(' ')) },
          body: `{"title":"no: ${secrets.map(spell).join(' ')}","detail":"${secrets.map(spell).join(',')}"}`,
        }))
        const system = enterpriseScheduler({ baseUrl: server.url, auth: auth as never, retry: false })
        const result = await system.stop({ requestId: 1 }).catch((thrown: unknown) => thrown)
        const shown = `${inspect(result, { depth: 9 })} ${JSON.stringify(result)}`
        for (const secret of secrets) {
          for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
            expect(shown).not.toContain(form)
          }
        }
        expect(shown).toContain('[hidden]')
      }
    })
  })

  test('what is no secret stays readable', () => {
    const hide = hiderOf(secretsIn({ authorization: 'Bearer abcdefgh', 'x-key': 'short' }))
    expect(hide('Bearer at 2026-01-02T03:04:05Z, short')).toBe('Bearer at 2026-01-02T03:04:05Z, short')
    expect(hide('it was abcdefgh')).toBe('it was [hidden]')
  })
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

test('a token that FunctionGraph calls invalid with 403 is not used again', async () => {
  const { functionGraph, iamPassword } = await import('allstop')
  let tokens = 0
  await using iam = await startRecorder(() => {
    tokens += 1
    return { status: 201, headers: { 'x-subject-token': `token-${tokens}` }, body: {} }
  })
  await using server = await startRecorder(({ headers }) =>
    headers['x-auth-token'] === 'token-1'
      ? { status: 403, body: { error_code: 'FSS.0403', error_msg: 'invalid token' } }
      : { body: 'null' },
  )
  const auth = iamPassword({
    iamUrl: iam.url,
    domain: 'd',
    username: 'u',
    password: 'p4ssw0rd',
    project: { name: 'p' },
  })
  const system = functionGraph({ baseUrl: server.url, auth })
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  const error = await system.stop(target).catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw error
  expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1 })
  expect(await system.stop(target)).toMatchObject({ outcome: 'accepted' })
})
