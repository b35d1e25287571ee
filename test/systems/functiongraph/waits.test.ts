/** FunctionGraph: what an end means after a cancel was taken, and what "Invalid RequestId" means. */
import { functionGraph } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { fakeFunctionGraph } from '../../support/fakes/functiongraph.js'
import { asFetch, json } from '../../support/fakes/serve.js'
import { errorOf, lost } from '../../support/fakes/troubled.js'
import { Work } from '../../support/fakes/work.js'
import { ids } from '../../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../../support/virtual-clock.js'

useVirtualClock()

const target = { functionUrn: ids.urn, requestId: ids.uuid }
type Give = () => Response

/** A service whose cancels and lists are answered from lists, the last again and again. */
function service(cancels: Give[], lists: Give[]) {
  let sent = 0
  const next = (list: Give[]) => (list.length > 1 ? list.shift() : list[0])?.() ?? lost()
  const fetch = asFetch(({ method }) => {
    if (method === 'POST') sent += 1
    return next(method === 'POST' ? cancels : lists)
  })
  return { system: functionGraph({ baseUrl, fetch }), sent: () => sent }
}
const record = (fields: object) => () => json(200, { invocations: [{ request_id: ids.uuid, ...fields }], count: 1 })
const none = () => json(200, { invocations: [], count: 0 })
const taken = () => json(200, null)

describe('after a cancel was taken, a record that says', () => {
  const stop = (end: Give) => {
    const { system } = service([taken], [record({ status: 'RUNNING' }), end])
    return onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
  }

  test.each([
    ['FAIL with another code', { status: 'FAIL', error_code: 1 }, 'failed', 'FAIL with the code 1'],
    ['FAIL without a code', { status: 'FAIL', error_code: null }, 'failed', 'FAIL'],
    ['DISCARD', { status: 'DISCARD', error_code: 4208 }, 'expired', 'DISCARD'],
  ])('%s does not say whether the cancel is why', async (_, fields, phase, words) => {
    const receipt = await stop(record(fields))
    expect(receipt).toMatchObject({ outcome: 'ended-unexplained', phase, native: fields.status })
    expect(receipt.why).toBe(`the record says ${words}, but not whether a cancel is the reason`)
  })

  test.each([
    ['FAIL with 4208 was stopped', { status: 'FAIL', error_code: 4208 }, 'stopped', 'stopped'],
    ['SUCCESS ended in its own way', { status: 'SUCCESS', error_code: 0 }, 'ended-anyway', 'succeeded'],
  ])('%s', async (_, fields, outcome, phase) => {
    const receipt = await stop(record(fields))
    expect(receipt).toMatchObject({ outcome, phase })
    expect(receipt.why).toBeUndefined()
  })
})

describe('400 "Invalid RequestId"', () => {
  const invalid = () => json(400, { error_code: 'FSS.0400', error_msg: 'Invalid RequestId' })

  test.each([
    [{ status: 'SUCCESS' }, 'succeeded'],
    [{ status: 'FAIL', error_code: 7 }, 'failed'],
    [{ status: 'FAIL', error_code: 4208 }, 'stopped'],
    [{ status: 'DISCARD' }, 'expired'],
  ])('of a request whose record says %j: it had ended', async (fields, phase) => {
    const { system, sent } = service([invalid], [record(fields)])
    const receipt = await onVirtualClock(() => system.stop(target))
    expect(receipt).toMatchObject({ outcome: 'already-ended', phase, httpStatus: 400, warnings: [] })
    expect(sent()).toBe(1)
  })

  test.each([
    [{ status: 'RUNNING' }, 'RUNNING'],
    [{ status: 'WAIT' }, 'WAIT'],
    [{ status: 'PARKED' }, 'PARKED'],
    [{}, 'absent'],
  ])('of a request whose record says %j: it goes on', async (fields, words) => {
    const error = await errorOf(() => service([invalid], [record(fields)]).system.stop(target))
    expect(error).toMatchObject({ code: 'failed_precondition', httpStatus: 400, ambiguous: false })
    expect(error.message).toContain(`the status of its record is ${words}`)
  })

  test('of a request without a record: it is not known, or records are not kept', async () => {
    const { system } = service([invalid], [none])
    const error = await errorOf(() => system.stop(target))
    expect(error).toMatchObject({ code: 'not_found', httpStatus: 400, providerCode: 'FSS.0400', ambiguous: false })
    expect(error.message).toContain('or the function keeps no records')
    const accept = { ifMissing: 'accept' as const }
    expect(await onVirtualClock(() => system.stop(target, accept))).toMatchObject({ outcome: 'gone', warnings: [] })
    const wait = { deadlineMs: 30_000 }
    expect(await errorOf(() => system.stopAndWait(target, wait))).toMatchObject({ code: 'not_found' })
    const waited = await onVirtualClock(() => system.stopAndWait(target, { ...wait, ...accept }))
    expect(waited).toMatchObject({ outcome: 'gone', phase: 'gone' })
  })

  test.each([
    ['is lost', lost],
    ['is refused', () => json(403, { error_code: 'FSS.0403', error_msg: 'Forbidden' })],
    ['is of another server', () => new Response('<html>')],
  ])('when the read %s, it is the error that it is', async (_, read) => {
    const error = await errorOf(() => service([invalid], [read]).system.stop(target))
    expect(error).toMatchObject({ code: 'invalid_argument', providerMessage: 'Invalid RequestId', ambiguous: false })
  })

  test.each([
    ['FSS.1309', 'Invalid function URN'],
    ['APIGW.0201', 'API request error'],
    ['FSS.0400', undefined],
  ])('another 400 is not read back (%s)', async (error_code, error_msg) => {
    const { system } = service([() => json(400, { error_code, error_msg })], [record({ status: 'SUCCESS' })])
    expect(await errorOf(() => system.stop(target))).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('a cancel that may have arrived', () => {
  test.each([
    ['lost', lost],
    ['503', () => json(503, { error_code: 'FSS.0503', error_msg: 'busy' })],
    ['504', () => json(504, {})],
  ])('is not sent again, for nobody says that a second is harmless (%s)', async (_, trouble) => {
    const once = service([trouble], [record({ status: 'RUNNING' })])
    expect(await errorOf(() => once.system.stop(target))).toMatchObject({ attempts: 1, ambiguous: true })
    expect(once.sent()).toBe(1)
    const waited = service([trouble], [record({ status: 'RUNNING' })])
    const error = await errorOf(() => waited.system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(error).toMatchObject({ attempts: 1, ambiguous: true })
    expect(waited.sent()).toBe(1)
  })

  test('is followed, and its end is what the record says', async () => {
    const { system } = service([lost], [record({ status: 'RUNNING' }), record({ status: 'FAIL', error_code: 4208 })])
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
  })

  test('is sent again when it is known not to have arrived', async () => {
    const { system, sent } = service([() => lost('ECONNREFUSED'), () => json(429, {}), taken], [])
    expect(await onVirtualClock(() => system.stop(target))).toMatchObject({ outcome: 'accepted', attempts: 3 })
    expect(sent()).toBe(3)
  })
})

test('the warning tells the wider reading beside the narrower one', async () => {
  const receipt = await onVirtualClock(() => service([taken], []).system.stop(target))
  expect(receipt.warnings.map(({ code }) => code)).toEqual(['neighbours-stopped'])
  expect(receipt.warnings[0]?.message).toMatch(
    /same function instance .* all other concurrent requests of the function/,
  )
})

test('a function that keeps no records: nothing is claimed, and the receipt says why', async () => {
  const fetch = asFetch(fakeFunctionGraph({ [ids.uuid]: new Work({ forceTakesMs: 0, vanishesAfterMs: 0 }) }))
  const receipt = await onVirtualClock(() =>
    functionGraph({ baseUrl, fetch }).stopAndWait(target, { deadlineMs: 30_000 }),
  )
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'unknown' })
  expect(receipt.why).toContain('no record')
})
