/** What is made of a secret is made when it is needed, and once for a credential that keeps it. */
import { bearer, enterpriseScheduler, isStopError } from 'allstop'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { knownOf } from '../../src/core/credential/secret-memory.js'
import { parseJson } from '../../src/core/http/json.js'
import { hiderOf, type KnownSecrets } from '../../src/core/http/redact.js'

afterEach(() => void vi.restoreAllMocks())

const secret = 'Abc123-def456_xyz'

describe('a text', () => {
  test('that is too short for a secret is not searched, and no form of the secret is made', () => {
    const base64 = vi.spyOn(globalThis, 'btoa')
    const hide = hiderOf([secret])
    expect(hide(secret.slice(1))).toBe(secret.slice(1))
    expect(base64).not.toHaveBeenCalled()
    expect(hide(secret)).toBe('[hidden]')
    expect(hide(`a ${secret}, b`)).toBe('a [hidden], b')
    const made = base64.mock.calls.length
    expect(made).toBeGreaterThan(0)
    hide(`again ${secret}`)
    expect(base64).toHaveBeenCalledTimes(made)
  })

  // Of a secret with characters that are left out, and of one that is a spelling itself, a shorter form is looked for.
  test.each([
    ['blanks', 'a b c d e f g', 'abcdefg'],
    ['percent-escapes', '%61%62%63%64%65%66', 'abcdef'],
    ['a quotation mark', 'ab"cdefg', 'ab"cdefg'],
    ['a backslash', 'ab\\cdefg', 'abcdefg'],
  ])('that is shorter than a secret with %s, and holds what is left of it', (_, long, left) => {
    expect(hiderOf([long])(left)).toBe('[hidden]')
    expect(hiderOf([`other-${secret}`, long])(left)).toBe('[hidden]')
  })

  test.each([
    ['an escape that is none', `100 %, ${secret.replace('A', '%41')}`],
    ['an escape in an escape', secret.replace('A', '%2541')],
    ['blanks in an escape', [...secret].join('%20')],
  ])('that has %s, and holds the secret', (_, text) => {
    expect(hiderOf([secret])(text)).toBe('[hidden]')
  })
})

describe('what an earlier hider made', () => {
  test('is used again for the same secrets, and nothing else is kept', () => {
    const known: KnownSecrets = new Map()
    hiderOf([secret, 'signature-1', 'short'], known)
    const made = known.get(secret)
    expect([...known.keys()]).toEqual([secret, 'signature-1'])
    hiderOf(['signature-2', secret], known)
    expect([...known.keys()]).toEqual(['signature-2', secret])
    expect(known.get(secret)).toBe(made)
    hiderOf([], known)
    expect(known.size).toBe(0)
  })

  test('serves all stops with one credential, without what only the call was given', async () => {
    const auth = bearer(secret)
    const fetch = async (_: string, init: RequestInit) => {
      const { authorization, 'x-api-key': key } = init.headers as Record<string, string>
      return Response.json({ title: `${authorization}, ${key}` }, { status: 403 })
    }
    const system = enterpriseScheduler({ baseUrl: 'https://ess.example', auth: auth as never, fetch, retry: false })
    const stop = (requestId: number) =>
      system.stop({ requestId }, { headers: { 'x-api-key': 'k3y-0123456' } }).catch((thrown: unknown) => thrown)
    const first = await stop(1)
    const made = knownOf(auth).get(secret)
    expect(made).toBeDefined()
    expect([...knownOf(auth).keys()]).toEqual([secret, `Bearer ${secret}`].toReversed())
    const second = await stop(2)
    expect(knownOf(auth).get(secret)).toBe(made)
    for (const error of [first, second]) {
      if (!isStopError(error)) throw error
      expect(error.providerMessage).toBe('[hidden], [hidden]')
    }
  })
})

test.each([
  ['64 levels', '['.repeat(64) + ']'.repeat(64), true],
  ['65 levels', '['.repeat(65) + ']'.repeat(65), false],
  ['65 levels of objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, false],
  ['2 levels, with many beside each other', `[${Array(100).fill('{}').join()}]`, true],
  ['1 level, with many in a text', `["${'[{'.repeat(100)}"]`, true],
])('nesting of %s', (_, json, isRead) => {
  expect(parseJson(json) !== undefined).toBe(isRead)
})

test.each([
  '100% %41bc12345678',
  '100%%41bc12345678',
  '5 % %41bc12345678',
  '&amp; %&#65;bc12345678',
  '%\\u0041bc12345678',
])('a sign that stands before it does not hide a secret from the search: %s', (text) => {
  expect(hiderOf(['Abc12345678'])(`the key is ${text}.`)).toBe('[hidden]')
})
