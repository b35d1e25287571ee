/** A system that needs a credential and has none is warned of once, when it is set up, and not only when the first stop is refused. */
import { type Events, type Logger, onEvent } from 'allstop'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { variants } from '../systems/index.js'

let told: Events['allstop:warning'][]
let end: () => void
beforeEach(() => {
  told = []
  end = onEvent('allstop:warning', (event) => told.push(event))
})
afterEach(() => end())

const fetch = async () => new Response()

describe.each(variants.filter(({ needsCredential }) => needsCredential))('$name', ({ kind, make, credential }) => {
  test('is warned of once, and not again under another name', () => {
    make({ baseUrl }).named('other')
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
    make({ baseUrl, auth: credential('s3cret-of-mine') })
    expect(told).toEqual([])
  })

  test.each([
    ['a fetch', { fetch }],
    ['a header', { headers: { Authorization: 'Bearer of-my-own' } }],
  ])("%s of one's own may prove who asks: the message says so", (_, options) => {
    make({ baseUrl, ...options })
    expect(told).toMatchObject([
      { message: expect.stringMatching(/; ignore this if your own fetch or headers add one$/) },
    ])
    expect(JSON.stringify(told)).not.toContain('of-my-own')
  })

  test('a header that is no credential changes nothing', () => {
    make({ baseUrl, headers: { 'x-own': 'a' } })
    expect(told).toMatchObject([{ message: expect.not.stringContaining('perhaps') }])
  })

  test('the logger is told, also when nobody listens', () => {
    end()
    const written: unknown[][] = []
    const silent = () => {}
    const logger: Logger = { debug: silent, info: silent, warn: (...line) => written.push(line), error: silent }
    make({ baseUrl, logger })
    expect(written).toEqual([
      [expect.stringMatching(`^${kind}: no auth was given`), { system: kind, kind, code: 'no-credential' }],
    ])
  })

  test('a factory that fails warns of nothing', () => {
    expect(() => make({ baseUrl, timeoutMs: -1 })).toThrow()
    expect(told).toEqual([])
  })
})

test.each(variants.filter(({ needsCredential }) => !needsCredential))('$name may be open, so it is not', ({ make }) => {
  make({ baseUrl })
  expect(told).toEqual([])
})
