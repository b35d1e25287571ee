/**
 * Answers that have not the form of the API, in every field that is read; records of something else than was asked for;
 * successes that the API does not have. None may become a phase, an end or a receipt that the system did not give.
 */
import { type Fetch, isStopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { errorBody } from '../support/error-body.js'
import { baseUrl } from '../support/examples.js'
import { errorOf, outcomeOf } from '../support/outcome.js'
import { variants } from '../systems/index.js'

const wait = { deadlineMs: 40, poll: { minDelayMs: 5, maxDelayMs: 5 } }

const giving =
  (body: unknown, status = 200): Fetch =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })

describe.each(variants)('$name', ({ make, target, record: { body: record, id, fields, wrap }, lives }) => {
  const system = (fetch: Fetch) => {
    const made = make({ baseUrl, retry: false, fetch })
    return {
      read: () => made.read(target),
      stop: () => made.stop(target),
      wait: () => made.waitUntilEnded(target, wait),
    }
  }
  const read = (body: unknown) => system(giving(body)).read()
  const field = fields[0] ?? ''

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'the word %s is no phase',
    async (word) => {
      expect(await read(wrap({ ...record, [field]: word }))).toMatchObject({
        phase: 'unknown',
        ended: false,
        native: word,
      })
    },
  )

  test.each(fields)('%s of another type is protocol', async (one) => {
    const strange = typeof record[one] === 'boolean' ? ['yes', 1, [true], {}] : [[record[one] ?? 'x'], { a: 1 }, true]
    for (const value of strange) {
      expect(await errorOf(read(wrap({ ...record, [one]: value })))).toMatchObject({
        code: 'protocol',
        ambiguous: false,
      })
    }
  })

  test.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['a number', 5],
  ])('%s in the place of a record is protocol, and a wait goes on', async (_, value) => {
    if (wrap(value) !== value) {
      expect(await errorOf(read(wrap(value)))).toMatchObject({ code: 'protocol' })
      const waited = errorOf(system(giving(wrap(value))).wait())
      expect(await waited).toMatchObject({ code: 'deadline_exceeded' })
    }
    expect(await errorOf(read(JSON.stringify(value)))).toMatchObject({ code: 'protocol' })
  })

  test('a record of something else is not used, nor one without an id', async () => {
    for (const foreign of [
      { ...record, [id]: `${record[id]}0` },
      { ...record, [id]: undefined },
      { ...record, [id]: [record[id]] },
    ]) {
      const result = await outcomeOf(read(wrap(foreign)))
      // A list may be one in which the record is then missing; where that is no end, it is no error either.
      if (lives.missingAs === 'unknown' && !isStopError(result))
        expect(result).toMatchObject({ phase: 'unknown', ended: false })
      else expect(result).toMatchObject({ name: 'StopError', code: 'protocol' })
    }
  })

  test('words are bounded, on one line, and steer no terminal', async () => {
    const word = `\u001b[31mRED\u001b[0m\r\n\u0007${'x'.repeat(5_000)}`
    const status = (await read(wrap({ ...record, [field]: word }))) as { native: string }
    expect(status.native).toMatch(/^RED x+…$/)
    expect(status.native.length).toBe(201)
  })

  test('an answer that is nested without end is protocol, at a stop ambiguous', async () => {
    for (const deep of ['['.repeat(6_000) + ']'.repeat(6_000), `{"a":${'['.repeat(99)}${']'.repeat(99)}}`]) {
      expect(await errorOf(read(deep))).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: false })
      expect(await errorOf(system(giving(deep)).stop())).toMatchObject({
        code: 'protocol',
        httpStatus: 200,
        ambiguous: true,
      })
      const refused = await errorOf(system(giving(deep, 409)).stop())
      expect(refused).toMatchObject({ httpStatus: 409 })
      expect(() => JSON.stringify(refused)).not.toThrow()
    }
  })

  test.each([
    ['that gives nothing', async () => undefined],
    ['that gives an object', async () => ({ status: 200 })],
    [
      'whose status throws',
      async () => ({
        get status() {
          throw new Error('trap')
        },
      }),
    ],
    ['whose status is no whole number', async () => ({ status: 200.5, headers: new Headers(), body: null })],
    [
      'whose headers throw',
      async () => ({
        status: 200,
        headers: {
          get() {},
          forEach() {
            throw new Error('trap')
          },
        },
        body: null,
      }),
    ],
  ])('a fetch %s: nobody knows what the system did', async (_, fetch) => {
    const error = await errorOf(system(fetch as unknown as Fetch).stop())
    expect(error).toMatchObject({ ambiguous: true, attempts: 1 })
    expect(['protocol', 'unknown']).toContain(error.code)
  })

  test('a server that answers 204 to everything has not stopped anything, and has no record', async () => {
    const nothing: Fetch = async () => new Response(null, { status: 204 })
    const waited = await errorOf(system(nothing).wait())
    expect(['not_found', 'deadline_exceeded']).toContain(waited.code)
    const stopped = await outcomeOf(system(nothing).stop())
    if (isStopError(stopped)) expect(stopped).toMatchObject({ code: 'protocol', ambiguous: true })
    else expect(stopped).toMatchObject({ outcome: 'accepted', phase: 'unknown' })
  })

  test('an error of the system at a success is no success', async () => {
    const body = errorBody('no')
    for (const status of [200, 202]) {
      expect(await errorOf(system(giving(body, status)).stop())).toMatchObject({ code: 'protocol', ambiguous: true })
    }
  })
})
