/** What each code of a cluster means: the gateway's own table and the published list, through a delete and a read. */
import { readFile } from 'node:fs/promises'
import { isStopError, type StopErrorCode, serviceFabric } from 'allstop'
import { describe, expect, test } from 'vitest'
import { json } from '../../support/fakes/serve.js'

type Codes = Readonly<Record<string, readonly string[]>>
const fixture = new URL('../../fixtures/service-fabric-codes.json', import.meta.url)
const { gateway, published }: { gateway: Codes; published: Codes } = JSON.parse(await readFile(fixture, 'utf8'))

const meanings: Readonly<Record<string, StopErrorCode>> = {
  // Something in the request: it will be wrong again.
  '400': 'invalid_argument',
  '413': 'invalid_argument',
  '401': 'unauthenticated',
  '403': 'permission_denied',
  // It misses something, of which this does not say that it is the application.
  '404': 'unknown',
  // Somebody else changes the application: it is there.
  '409': 'failed_precondition',
  '500': 'unknown',
  '501': 'unsupported',
  // These pass.
  '502': 'unavailable',
  '503': 'unavailable',
  '504': 'deadline_exceeded',
}
/** Sent again after a pause, because the cluster may take it then. */
const passing = ['502', '503']

const rows = [...Object.entries(gateway), ...Object.entries(published)].flatMap(([status, codes]) =>
  codes.map((code) => [status, code] as const),
)
const baseUrl = 'http://127.0.0.1:9'
const shop = { applicationId: 'fabric:/shop/orders' }

async function ask(status: number, body: unknown, clusterId?: string) {
  const asked = { delete: 0, read: 0 }
  const system = serviceFabric({
    baseUrl,
    clusterId,
    retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 },
    fetch: async (_, { method }) => {
      asked[method === 'GET' ? 'read' : 'delete'] += 1
      return body === undefined ? new Response(null, { status }) : json(status, body)
    },
  })
  const caught = (thrown: unknown) => thrown
  const read: unknown = await system.read(shop).catch(caught)
  const reads = asked.read
  const stop: unknown = await system.stop(shop, { mode: 'force' }).catch(caught)
  return { stop, read, deletes: asked.delete, reads }
}

test('every status of the two lists has a meaning', () => {
  expect([...new Set(rows.map(([status]) => status))].toSorted()).toEqual(Object.keys(meanings).toSorted())
  expect(rows.length).toBeGreaterThan(200)
})

test.each(rows.filter(([, code]) => code !== 'FABRIC_E_APPLICATION_NOT_FOUND'))('%s %s', async (status, code) => {
  const { stop, read, deletes, reads } = await ask(Number(status), { Error: { Code: code, Message: 'in words' } })
  for (const error of [stop, read]) {
    if (!isStopError(error)) throw new Error('no error')
    expect(error).toMatchObject({ code: meanings[status], providerCode: code, httpStatus: Number(status) })
  }
  const times = passing.includes(status) ? 2 : 1
  expect({ deletes, reads }).toEqual({ deletes: times, reads: times })
})

test('404 FABRIC_E_APPLICATION_NOT_FOUND, and no other, says that there is no application', async () => {
  const { stop, read } = await ask(404, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND' } })
  expect(stop).toMatchObject({ code: 'not_found', ambiguous: false })
  expect(read).toMatchObject({ phase: 'gone' })
  const elsewhere = await ask(409, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND' } })
  expect(elsewhere.stop).toMatchObject({ code: 'failed_precondition' })
})

test("a 404 that is not the gateway's is another server", async () => {
  for (const body of [undefined, '<html>Not Found</html>', {}, { Error: {} }]) {
    expect(await ask(404, body)).toMatchObject({ stop: { code: 'protocol' }, read: { code: 'protocol' } })
  }
})

test("a 501 that is not the gateway's says nothing of what the cluster can do", async () => {
  expect((await ask(501, undefined)).stop).toMatchObject({ code: 'unknown' })
})

describe('403 E_ACCESSDENIED', () => {
  const denied = { Error: { Code: 'E_ACCESSDENIED', Message: 'Access denied.' } }

  test('names the role', async () => {
    const { stop } = await ask(403, denied)
    expect(String(stop)).toContain('the Admin role')
    expect(String(stop)).not.toMatch(/cluster that|clusterId/)
  })

  test('and the cluster too, where one was named', async () => {
    const { stop, read } = await ask(403, denied, 'c-1')
    for (const error of [stop, read]) {
      expect(String(error)).toContain('the Admin role, or this is not the cluster that clusterId names')
    }
  })

  test('without a body it is the certificate or token', async () => {
    expect((await ask(403, undefined, 'c-1')).stop).toMatchObject({ code: 'unauthenticated' })
  })
})

test.each([
  ['fabric://shop/orders', 'more than one slash'],
  ['fabric:///shop', 'more than one slash'],
  ['fabric:shop/orders', 'no slash'],
  ['fabric:', 'no slash'],
  ['fabric:/shop//orders', 'two slashes in a row'],
  ['fabric:/shop/', 'ends with a slash'],
  ['fabric:/', 'ends with a slash'],
  ['/shop/orders', 'begins with a slash'],
  ['//shop/orders', 'begins with a slash'],
  ['fabric:/shop~orders', "has '~'"],
  ['shop/orders', "has '~' where the name has '/'"],
  ['FABRIC:/shop/orders', "has '~' where the name has '/'"],
])('%s is refused with what is wrong and what a name looks like', async (applicationId, wrong) => {
  const system = serviceFabric({ baseUrl, fetch: () => Promise.reject(new Error('sent')) })
  for (const act of [system.stop, system.read]) {
    const error: unknown = await act({ applicationId }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0 })
    expect(String(error)).toContain(`applicationId: `)
    expect(String(error)).toContain(wrong)
    expect(String(error)).toContain('a name looks like fabric:/shop/orders')
    // The example is the only name in it: a value that was given may be anything.
    expect(String(error).replace('fabric:/shop/orders', '').replace('such as shop~orders', '')).not.toContain('shop')
  }
})
