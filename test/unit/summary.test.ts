/** What a receipt or status says in one line: exact lines, and what none may ever say. */
import {
  enterpriseScheduler,
  type Outcome,
  type Phase,
  type Receipt,
  restate,
  type Status,
  type WarningCode,
} from 'allstop'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inWords } from '../../src/core/words/duration.js'
import { isEnded } from '../../src/core/words/phase.js'
import { shortId } from '../../src/core/words/short-id.js'
import { summaryOfPurge, summaryOfStatus, summaryOfStop } from '../../src/core/words/summary.js'
import { answerWell } from '../support/answers.js'
import { allSystems } from '../support/bound.js'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

type Known = Omit<Receipt, 'summary'>
const response = { status: 202, headers: {}, body: undefined }
const receipt = (fields: Partial<Known>): Known => ({
  system: 'orders',
  kind: 'restate',
  target: { invocationId: 'inv_1' },
  mode: 'graceful',
  outcome: 'accepted',
  phase: 'unknown',
  ended: fields.outcome !== undefined && fields.outcome !== 'accepted',
  httpStatus: 202,
  attempts: 1,
  elapsedMs: 30_000,
  warnings: [],
  response,
  ...fields,
})
const joined = { warnings: [{ code: 'already-stopping', message: '' }], attempts: 0 } as const

/** What a stop says at once, and what one says that was waited for. */
const lines: readonly (readonly [fields: Partial<Known>, stop: string, wait: string])[] = [
  [{}, 'asked to stop, not known to have ended', 'not known to have ended 30 s after it was asked to stop'],
  [{ phase: 'queued' }, 'asked to stop, queued', 'still queued 30 s after it was asked to stop'],
  [{ phase: 'running' }, 'asked to stop, running', 'still running 30 s after it was asked to stop'],
  [{ phase: 'suspended' }, 'asked to stop, suspended', 'still suspended 30 s after it was asked to stop'],
  [{ phase: 'stopping' }, 'asked to stop, stopping', 'still stopping 30 s after it was asked to stop'],
  [
    { phase: 'running', mode: 'force' },
    'asked to stop, running (mode force)',
    'still running 30 s after it was asked to stop (mode force)',
  ],
  // A later stop was told of an end that no look has shown.
  [{ phase: 'failed' }, 'asked to stop, failed', 'last seen failed 30 s after it was asked to stop'],
  [{ phase: 'gone' }, 'asked to stop, no record of it', 'no record of it yet 30 s after it was asked to stop'],
  [
    { phase: 'stopping', ...joined },
    'a stop was already under way, stopping',
    'still stopping after 30 s; a stop was already under way',
  ],
  [
    joined,
    'a stop was already under way, not known to have ended',
    'not known to have ended after 30 s; a stop was already under way',
  ],
  [{ outcome: 'stopped', phase: 'stopped' }, 'stopped', 'stopped after 30 s'],
  [{ outcome: 'stopped', phase: 'gone', mode: 'force' }, 'stopped (mode force)', 'stopped after 30 s (mode force)'],
  [{ outcome: 'already-ended' }, 'had ended before', 'had ended before'],
  [{ outcome: 'already-ended', phase: 'gone' }, 'had ended before', 'had ended before'],
  [{ outcome: 'already-ended', phase: 'succeeded' }, 'had ended before: succeeded', 'had ended before: succeeded'],
  [{ outcome: 'already-ended', phase: 'stopped' }, 'had ended before: stopped', 'had ended before: stopped'],
  [
    { outcome: 'already-ended', phase: 'expired', mode: 'force' },
    'had ended before: expired',
    'had ended before: expired',
  ],
  [
    { outcome: 'ended-anyway', phase: 'succeeded' },
    'ended by itself: succeeded',
    'ended by itself after 30 s: succeeded',
  ],
  [{ outcome: 'ended-anyway', phase: 'failed' }, 'ended by itself: failed', 'ended by itself after 30 s: failed'],
  [
    { outcome: 'ended-unexplained', phase: 'failed' },
    'ended, but it is not known whether the stop is the reason: failed',
    'ended after 30 s, but it is not known whether the stop is the reason: failed',
  ],
  [{ outcome: 'gone', phase: 'gone' }, 'no record of it', 'no record of it after 30 s'],
  [
    { phase: 'running', native: 'backing-off', why: 'backing off: a cancel takes effect at the next try, at 12:03:10' },
    'asked to stop, running (backing off: a cancel takes effect at the next try, at 12:03:10)',
    'still running 30 s after it was asked to stop (backing off: a cancel takes effect at the next try, at 12:03:10)',
  ],
  [
    { phase: 'stopping', native: 'CANCELLING', mode: 'force', why: 'not forced: not yet' },
    'asked to stop, stopping (mode force; CANCELLING; not forced: not yet)',
    'still stopping 30 s after it was asked to stop (mode force; CANCELLING; not forced: not yet)',
  ],
  [
    { outcome: 'stopped', phase: 'stopped', native: 'completed failure [409] Cancelled' },
    'stopped (completed failure [409] Cancelled)',
    'stopped after 30 s (completed failure [409] Cancelled)',
  ],
  // The word says what the phase says.
  [{ phase: 'running', native: 'Running' }, 'asked to stop, running', 'still running 30 s after it was asked to stop'],
  // Somebody else's word is not ours to repeat.
  [
    { phase: 'running', native: 'NOT_STOPPED', why: 'its last failure: the disk stopped' },
    'asked to stop, running',
    'still running 30 s after it was asked to stop',
  ],
  [
    { outcome: 'already-ended', phase: 'stopped', native: 'ForceStopped' },
    'had ended before: stopped (ForceStopped)',
    'had ended before: stopped (ForceStopped)',
  ],
]

describe('a receipt', () => {
  test.each(lines)('%o', (fields, stop, wait) => {
    expect(summaryOfStop(receipt(fields))).toBe(`orders inv_1: ${stop}`)
    expect(summaryOfStop(receipt(fields), { isBlind: false })).toBe(`orders inv_1: ${wait}`)
  })

  test('whose last look failed does not say "still"', () => {
    const fields = { phase: 'running', why: 'not read since 2026-01-02T03:04:05.678Z: unavailable' } as const
    expect(summaryOfStop(receipt(fields), { isBlind: true })).toBe(
      'orders inv_1: last seen running 30 s after it was asked to stop (not read since 2026-01-02T03:04:05.678Z: unavailable)',
    )
  })
})

describe('a status', () => {
  const status = (fields: Partial<Status>): Omit<Status, 'summary'> => ({
    ...{ system: 'orders', kind: 'restate', target: { invocationId: 'inv_1' }, times: {}, httpStatus: 200, response },
    ...{ phase: 'running', ended: false, elapsedMs: 1_234 },
    ...fields,
  })
  test.each<[Partial<Status>, read: string, wait: string]>([
    [{ phase: 'running' }, 'running', 'still running after 1.2 s'],
    [{ phase: 'stopping', native: 'CANCELLING' }, 'stopping (CANCELLING)', 'still stopping after 1.2 s (CANCELLING)'],
    [{ phase: 'unknown', native: 'ODD' }, 'state not known (ODD)', 'not known to have ended after 1.2 s (ODD)'],
    [{ phase: 'stopped', native: 'Stopped' }, 'stopped', 'stopped after 1.2 s'],
    [{ phase: 'succeeded' }, 'succeeded', 'succeeded after 1.2 s'],
    [{ phase: 'failed', why: 'no journal' }, 'failed (no journal)', 'failed after 1.2 s (no journal)'],
    [{ phase: 'gone' }, 'no record of it', 'no record of it after 1.2 s'],
  ])('%o', (fields, read, wait) => {
    expect(summaryOfStatus(status(fields))).toBe(`orders inv_1: ${read}`)
    expect(summaryOfStatus(status(fields), { isBlind: false })).toBe(`orders inv_1: ${wait}`)
  })

  test('whose last look failed does not say "still"', () => {
    expect(summaryOfStatus(status({}), { isBlind: true })).toBe('orders inv_1: last seen running after 1.2 s')
    expect(summaryOfStatus(status({ phase: 'gone' }), { isBlind: true })).toBe(
      'orders inv_1: no record of it yet after 1.2 s',
    )
  })
})

test.each([
  ['purged', 'purged'],
  ['accepted', 'asked to purge; its record may still be there'],
  ['gone', 'no record of it'],
] as const)('a purge: %s', (outcome, words) => {
  const { system, kind, target, httpStatus, attempts, elapsedMs } = receipt({})
  const known = { system, kind, target, outcome, httpStatus, attempts, elapsedMs, response }
  expect(summaryOfPurge(known)).toBe(`orders inv_1: ${words}`)
})

describe('whatever a system says', () => {
  const phases: readonly Phase[] = [
    ...(['queued', 'running', 'suspended', 'stopping', 'stopped'] as const),
    ...(['succeeded', 'failed', 'expired', 'gone', 'unknown'] as const),
  ]
  const outcomes: readonly Outcome[] = [
    ...(['accepted', 'stopped', 'already-ended', 'ended-anyway', 'ended-unexplained', 'gone'] as const),
  ]
  const text = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('stopped', 'was Stopped', 'STOPPED', '\u001b[2Jx', 'a\r\nb', '\u202etxet', 'x'.repeat(2_000)),
    ),
    { nil: undefined },
  )
  const any = fc.record({
    outcome: fc.constantFrom(...outcomes),
    phase: fc.constantFrom(...phases),
    mode: fc.constantFrom('graceful' as const, 'force' as const),
    code: fc.option(fc.constantFrom<WarningCode>('already-stopping', 'not-checked'), { nil: undefined }),
    elapsedMs: fc.nat(),
    waited: fc.constantFrom(undefined, { isBlind: true }, { isBlind: false }),
    native: text,
    why: text,
  })

  test('the line is one, printable and short, and says "stopped" only of what stopped', () => {
    fc.assert(
      fc.property(any, ({ code, waited, native, why, ...fields }) => {
        const warnings = code === undefined ? [] : [{ code, message: '' }]
        const words = { ...(native === undefined ? {} : { native }), ...(why === undefined ? {} : { why }) }
        const known = { ...receipt(fields), ...words, warnings }
        for (const line of [summaryOfStop(known, waited), summaryOfStatus({ ...known, times: {} }, waited)]) {
          expect(line.startsWith('orders inv_1: ')).toBe(true)
          expect(line.length).toBeLessThanOrEqual(300)
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(line.isWellFormed()).toBe(true)
          const mayClaim = known.phase === 'stopped' || (known.outcome === 'stopped' && line.includes('stopped'))
          if (!mayClaim) expect(line).not.toMatch(/stopped/i)
        }
        if (known.outcome !== 'stopped' && known.phase !== 'stopped') {
          expect(summaryOfStop(known, waited)).not.toMatch(/stopped/i)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('names and ids are cut', () => {
    const system = `a\n${'b'.repeat(500)}`
    const target = { applicationId: `shop~${'c'.repeat(500)}~orders` }
    const line = summaryOfStop(receipt({ system, target, why: 'd'.repeat(500) }))
    expect(line).toContain('~orders: asked to stop, not known to have ended (ddd')
    expect(line.startsWith('a bbb')).toBe(true)
    expect(line).toHaveLength(300)
  })
})

test.each(variants)('the short id of the work of $name', ({ target, idField }) => {
  expect(shortId(target)).toBe(target[idField])
  expect(shortId({ ...target, qualifier: 'LATEST' })).toBe(target[idField])
})

test.each([
  [{ applicationId: 'shop~orders' }, 'shop~orders'],
  [{ applicationId: `${'a'.repeat(40)}~b` }, `${'a'.repeat(20)}…${'a'.repeat(17)}~b`],
  [{ name: 'none' }, ''],
  [undefined, ''],
])('the short id of %o', (target, id) => {
  expect(shortId(target)).toBe(id)
})

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1_250, '1.3 s'],
  [2_000, '2 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%i ms in words', (ms, words) => {
  expect(inWords(ms)).toBe(words)
})

describe.each(allSystems)('$name', ({ kind, stop }) => {
  test('a receipt has both, and says of which work', async () => {
    await using server = await startRecorder(answerWell)
    const came = await stop(server.url)
    expect(came.ended).toBe(came.outcome !== 'accepted')
    expect(came.summary).toBe(summaryOfStop(came))
    expect(came.summary.startsWith(`${kind} ${shortId(came.target)}: `)).toBe(true)
    expect(shortId(came.target)).not.toBe('')
  })
})

describe('in each receipt and status', () => {
  const invocation = { invocationId: ids.restate }
  const row = (fields: object) => (url: string) =>
    Promise.resolve(
      url.endsWith('/query')
        ? Response.json({ rows: [{ id: ids.restate, ...fields }] })
        : new Response(null, { status: 202 }),
    )
  const system = (fields: object) => restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch: row(fields) })
  const soon = { deadlineMs: 200, poll: { minDelayMs: 10, maxDelayMs: 10 } }

  test('of work that goes on', async () => {
    const going = system({ status: 'suspended' })
    const waited = await going.stopAndWait(invocation, { ...soon, mode: 'force' })
    expect(waited).toMatchObject({ outcome: 'accepted', ended: false })
    expect(waited.summary).toMatch(
      /^restate inv_\w+: still suspended \d+ ms after it was asked to stop \(mode force\)$/,
    )
    const status = await going.waitUntilEnded(invocation, soon)
    expect(status.summary).toMatch(/^restate inv_\w+: still suspended after \d+ ms$/)
    expect((await going.named('orders').read(invocation)).summary).toBe(`orders ${ids.restate}: suspended`)
  })

  test('of work that has ended', async () => {
    const done = system({ status: 'completed', completion_result: 'success' })
    const waited = await done.stopAndWait(invocation, { ...soon, mode: 'force' })
    expect(waited).toMatchObject({ outcome: 'ended-anyway', ended: true })
    expect(waited.summary).toMatch(/: ended by itself after \d+ ms: succeeded \(completed success\)$/)
    expect(isEnded(waited.phase)).toBe(true)
  })

  test('of a state that could not be read again', async () => {
    let looks = 0
    const fetch = async () =>
      looks++ === 0 ? Response.json({ requestId: 1, state: 'RUNNING' }) : new Response(null, { status: 503 })
    const jobs = enterpriseScheduler({ baseUrl: 'http://127.0.0.1:9', fetch })
    const status = await jobs.waitUntilEnded({ requestId: 1 }, soon)
    expect(status.summary).toMatch(/^enterprise-scheduler 1: last seen running after \d+ ms \(.*not read since /)
  })

  test('of a purge', async () => {
    const fetch = async () => new Response(null, { status: 200 })
    const purged = await restate({ baseUrl: 'http://127.0.0.1:9', fetch, retry: false, api: 'patch' }).purge(invocation)
    expect(purged.summary).toBe(`restate ${ids.restate}: purged`)
  })
})
