/** What an error and a receipt show of an answer: the system's own code, words and request id, and nothing made up. */
import { basic, bearer, enterpriseScheduler, restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { textField } from '../../src/core/http/json.js'
import { printable } from '../../src/core/words/text.js'
import { answeringWell } from '../support/answers.js'
import { baseUrl } from '../support/examples.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { isRead } from '../support/is-read.js'
import { errorOf } from '../support/outcome.js'
import { ids } from '../support/systems.js'
import type { ShortAnswer } from '../systems/fixture.js'
import { variants } from '../systems/index.js'

/** Answers a stop so, and what is read before it as the system would. */
const fetchOf = ([status, body, headers = {}]: ShortAnswer) =>
  asFetch((request) => {
    if (isRead(request)) return answeringWell(request)
    return typeof body === 'string' ? new Response(body, { status, headers }) : json(status, body, headers)
  })

describe.each(variants)('$name', ({ make, modes, target, failures, named, lives }) => {
  // What is read before a stop whose repeat does harm is not what this is about.
  const options = lives.harmfulTwice.includes('graceful') ? ({ ifStopping: 'repeat' } as const) : {}
  const stop = (answer: ShortAnswer) => make({ baseUrl, retry: false, fetch: fetchOf(answer) }).stop(target, options)

  test.each([...failures])('%j', async (answer, shown) => {
    const error = await errorOf(stop(answer))
    for (const [name, value] of Object.entries(shown)) expect([name, Reflect.get(error, name)]).toEqual([name, value])
    // What is not known is not there, also not as undefined.
    expect(Object.values(error.toJSON())).not.toContain(undefined)
    expect(error.toJSON()).toMatchObject({ name: 'StopError', message: error.message, httpStatus: answer[0] })
    for (const word of [error.providerCode, error.providerMessage].filter((one) => one !== undefined)) {
      expect(error.message).toContain(word)
    }
  })

  test("a receipt carries the request's id, where there is one", async () => {
    const fetch = named === undefined ? asFetch(answeringWell) : fetchOf(named.answer)
    const receipt = await make({ baseUrl, retry: false, fetch }).stop(target, options)
    expect(receipt.requestId).toBe(named?.requestId)
    expect('requestId' in receipt).toBe(named !== undefined)
  })

  test.each(['graceful', 'force', 'kill'] as const)('the mode %s, if it has it', async (mode) => {
    const stopping = make({ baseUrl, auth: undefined, fetch: asFetch(answeringWell) }).stop(target, {
      mode: mode as never,
    })
    if (modes.includes(mode as never)) return expect(await stopping).toMatchObject({ mode })
    const error = await errorOf(stopping)
    expect(error.code).toBe(mode === 'kill' ? 'invalid_argument' : 'unsupported')
    for (const one of modes) expect(error.message).toMatch(new RegExp(`mode: this system has .*'${one}'`))
    return undefined
  })
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
