/**
 * Texts that a hostile server may send, a megabyte each, through every expression and parser that meets them. What is
 * linear needs some milliseconds; what is quadratic would block the process for minutes, and no time-out would help.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clockSkew, retryAfterMs } from '../../src/core/http/http-status.js'
import { parseJson, quoteLongIntegers } from '../../src/core/http/json.js'
import { hideIn, hiderOf, secretsIn } from '../../src/core/http/redact.js'
import { timeOf } from '../../src/core/words/state.js'
import { printable } from '../../src/core/words/text.js'
import { seed } from '../support/random.js'
import { fixtures } from '../systems/index.js'

const megabyte = 1_048_576
/** Far above what linear work needs on a busy machine, and far below what quadratic work needs on any. */
const budgetMs = 4_000

const filled = (unit: string, before = '', after = '') =>
  before + unit.repeat(Math.floor(megabyte / unit.length)) + after

const hide = hiderOf(secretsIn({ authorization: 'Bearer s3cret"&/+tok%en' }))

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  quoteLongIntegers,
  parseJson,
  'parseJson of a text in a text': (text) => parseJson(JSON.stringify({ a: [text] })),
  printable: (text) => printable(text),
  'a hider': hide,
  'a hider in a value': (text) => hideIn({ [text]: [text] }, hide),
  "secrets of a hook's headers": (text) => secretsIn({ 'x-signature': text }),
  retryAfterMs: (text) => retryAfterMs({ get: () => text } as unknown as Headers),
  clockSkew: (text) => clockSkew({ get: () => text } as unknown as Headers),
  timeOf,
  ...Object.fromEntries(
    fixtures.flatMap(({ title, readers: own }) =>
      Object.entries(own).map(([what, read]) => [`${title}: ${what}`, read] as const),
    ),
  ),
}

const hostile: readonly string[] = [
  ...['"', '\\"', '\\', '"\\', 'a\\"', '[', '{"a":', '[]', '1', '-', '1.', '1e', '0.1e1', '9007199254740993,'].map(
    (unit) => filled(unit),
  ),
  ...['%', '%2', '%25', '%f0', '&', '&#', '&#1', '&amp;', '&#x41;', '+', '\\u', '\\u004', '\\\\u0041'].map((unit) =>
    filled(unit),
  ),
  ...[
    ' ',
    '\n',
    '\u001b[',
    '\u001b]',
    '\u009b1;',
    '\u0000',
    '\ud800',
    '\u200b',
    'é',
    'a=',
    'a="',
    '=',
    ';',
    'Mon, ',
  ].map((unit) => filled(unit)),
  ...['s3cret', 'Bearer s3cret"&/+tok', '[409] ', 'T', '+00:0', 'Z', '-0000', 'APIGW.0', 'Throttling'].map((unit) =>
    filled(unit),
  ),
  filled('\\"', '"'),
  filled('[', '', filled(']').slice(0, megabyte / 2)),
  filled('1', '[', ']'),
  filled('a', '"', '\\'),
]

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

describe.each(Object.entries(readers))('%s', (_, read) => {
  test('is linear in any text', () => {
    for (const text of hostile) {
      expect(
        timed(() => read(text)),
        `of ${JSON.stringify(text.slice(0, 20))}`,
      ).toBeLessThan(budgetMs)
    }
  })

  test('and in texts made at random', () => {
    const piece = fc.string({
      unit: fc.constantFrom(...'"\\[]{}:,1-.e%&#;x=+/ aZ\u001b\n\u00e9'),
      minLength: 1,
      maxLength: 4,
    })
    const text = fc.tuple(piece, piece, piece).map(([before, unit, after]) => filled(unit, before, after))
    fc.assert(
      fc.property(text, (value) => timed(() => read(value)) < budgetMs),
      { seed, numRuns: 12 },
    )
  })
})

test('the budget itself finds what is quadratic', () => {
  const quadratic = /"(?:[^"\\]|\\.)*"/g
  expect(timed(() => '\\"'.repeat(20_000).replace(quadratic, ''))).toBeGreaterThan(
    20 * timed(() => quoteLongIntegers('\\"'.repeat(20_000))),
  )
})
