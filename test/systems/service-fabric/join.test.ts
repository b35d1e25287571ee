/** Service Fabric looks before a plain delete, for a second delete would take the force from one that is forced. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl, codes, shop } from '../../support/examples.js'
import { asFetch, json } from '../../support/fakes/serve.js'
import { errorOf, lost } from '../../support/fakes/troubled.js'
import { type Seen, watched } from '../../support/fakes/watched.js'
import { onVirtualClock, useVirtualClock } from '../../support/virtual-clock.js'

useVirtualClock()

const methods = (seen: readonly Seen[]) => seen.map(({ method }) => method)

const state = (Status: string) => () => json(200, { Id: 'shop~orders', Status, HealthState: 'Error' })
const nothing = () => new Response(null, { status: 204 })
const done = () => new Response(null, { status: 200 })
const page504 = () => new Response('<html>504 Gateway Time-out</html>', { status: 504 })
const missing = () => json(404, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND', Message: 'not there' } })

/** A cluster whose reads and deletes are answered from lists, the last again and again. */
function cluster(reads: (() => Response)[], deletes: (() => Response)[]) {
  const next = (list: (() => Response)[]) => (list.length > 1 ? list.shift() : list[0])?.() ?? lost()
  const { fetch, seen } = watched(({ method }) => next(method === 'GET' ? reads : deletes))
  return { seen, system: serviceFabric({ baseUrl, fetch }) }
}

test('it joins one that is under way: nothing is sent, and the answer is that of the look', async () => {
  const { seen, system } = cluster([state('Deleting')], [done])
  const receipt = await onVirtualClock(() => system.stop(shop))
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'Deleting', attempts: 0 })
  expect(receipt).toMatchObject({ httpStatus: 200, response: { body: { Status: 'Deleting' } } })
  expect(codes(receipt)).toEqual(['remote-may-run', 'already-stopping'])
  expect(methods(seen)).toEqual(['GET'])
})

test.each([
  ['force', { mode: 'force' }],
  ['a repeat that is asked for', { ifStopping: 'repeat' }],
] as const)('but %s is sent without a look', async (_, options) => {
  const { seen, system } = cluster([state('Deleting')], [done])
  const receipt = await onVirtualClock(() => system.stop(shop, options))
  expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
  expect(methods(seen)).toEqual(['POST'])
})

test.each([
  ['fails', () => json(503, {})],
  ['is refused', () => json(403, { Error: { Code: 'E_ACCESSDENIED' } })],
  ['is lost', lost],
  ['is answered by another server', () => new Response('<html>')],
  ['is of another application', () => json(200, { Id: 'else', Status: 'Deleting' })],
  ['gives a word that is not known', state('Vanishing')],
])('a look that %s keeps no delete from being sent, and the receipt says so', async (_, look) => {
  const { seen, system } = cluster([look], [done])
  const receipt = await onVirtualClock(() => system.stop(shop))
  expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
  expect(codes(receipt)).toEqual(['remote-may-run', 'not-checked'])
  expect(methods(seen)).toEqual(['GET', 'POST'])
})

test('a look that is not answered is given up after five seconds', async () => {
  const sent: number[] = []
  const began = Date.now()
  const fetch = asFetch(({ method }) => {
    if (method === 'GET') return new Promise<Response>(() => {})
    sent.push(Date.now() - began)
    return done()
  })
  const receipt = await onVirtualClock(() => serviceFabric({ baseUrl, fetch }).stop(shop))
  expect(sent).toEqual([5_000])
  expect(codes(receipt)).toContain('not-checked')
})

test("the caller's signal ends the look, and nothing is sent", async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 1_000)
  const { fetch, seen } = watched(() => new Promise<Response>(() => {}))
  const system = serviceFabric({ baseUrl, fetch })
  const error = await errorOf(() => system.stop(shop, { signal: controller.signal }))
  expect(error).toMatchObject({ code: 'aborted', operation: 'getApplicationInfo', ambiguous: false })
  expect(methods(seen)).toEqual(['GET'])
})

test.each([
  ['seen, then 504 and no record', [state('Ready'), nothing], [page504], 504],
  ['seen, then 404 at the first try', [state('Ready')], [missing], 404],
  ['seen, then 404 after a lost try', [state('Failed')], [lost, missing], 404],
  ['seen in creation, then 404', [state('Creating')], [missing], 404],
])('%s: a delete took it', async (_, reads, deletes, httpStatus) => {
  const receipt = await onVirtualClock(() => cluster([...reads], [...deletes]).system.stop(shop))
  expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', httpStatus })
  expect(codes(receipt).includes('earlier-try-unanswered')).toBe(deletes.length > 1)
})

test.each([
  ["a proxy's 504, and no record before or after", [nothing], [page504], {}],
  ["a proxy's 504 by force, and no record after", [nothing], [page504], { mode: 'force' }],
  ['404, and no record before', [nothing], [missing], {}],
  ['a state that is not known, then 404', [state('Vanishing')], [missing], {}],
  ['a lost try, then 404, and no look', [lost], [lost, missing], {}],
] as const)('%s: nothing says that it ever was', async (_, reads, deletes, options) => {
  const system = () => cluster([...reads], [...deletes]).system
  expect(await errorOf(() => system().stop(shop, options))).toMatchObject({ code: 'not_found' })
  const accepted = await onVirtualClock(() => system().stop(shop, { ...options, ifMissing: 'accept' }))
  expect(accepted).toMatchObject({ outcome: 'gone', phase: 'gone' })
  const wait = { ...options, deadlineMs: 30_000 }
  expect(await errorOf(() => system().stopAndWait(shop, wait))).toMatchObject({ code: 'not_found' })
  const waited = await onVirtualClock(() => system().stopAndWait(shop, { ...wait, ifMissing: 'accept' }))
  expect(waited).toMatchObject({ outcome: 'gone' })
})

test('a wait that joins follows the delete of somebody else to its end', async () => {
  const { seen, system } = cluster([state('Deleting'), state('Deleting'), nothing], [done])
  const receipt = await onVirtualClock(() => system.stopAndWait(shop, { deadlineMs: 60_000 }))
  expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone', attempts: 0 })
  expect(codes(receipt)).toEqual(['remote-may-run', 'already-stopping'])
  expect(new Set(methods(seen))).toEqual(new Set(['GET']))
})

test("a 404 of a read is the gateway's word as well as a 204", async () => {
  expect(await onVirtualClock(() => cluster([missing], []).system.read(shop))).toMatchObject({ phase: 'gone' })
})
