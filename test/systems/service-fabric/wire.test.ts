/** What Service Fabric is sent beside what the fixture says: names, the time for which a delete is held, the cluster that is meant. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { empty, linesOf, ownRequests } from '../../support/own-requests.js'

test.each([
  ['fabric:/shop/orders', 'graceful', '/Applications/shop~orders/$/Delete?api-version=6.0&timeout=60'],
  ['shop~orders', 'force', '/Applications/shop~orders/$/Delete?api-version=6.0&ForceRemove=true&timeout=60'],
  ['приложение', 'graceful', `/Applications/${encodeURIComponent('приложение')}/$/Delete?api-version=6.0&timeout=60`],
  ["it's a (b)&c=d;e", 'graceful', "/Applications/it's%20a%20(b)%26c%3Dd%3Be/$/Delete?api-version=6.0&timeout=60"],
] as const)('%s, %s', async (applicationId, mode, path) => {
  const seen = await ownRequests((baseUrl) => serviceFabric({ baseUrl }).stop({ applicationId }, { mode }))
  const read = path.replace(/\/\$.*/, '?api-version=6.0&ExcludeApplicationParameters=true')
  // A plain delete looks before it is sent, for it can undo a forced one; a forced one does not.
  const look = { method: 'GET', path: read, headers: { accept: '*/*' }, body: '' }
  expect(seen).toEqual([...(mode === 'graceful' ? [look] : []), { method: 'POST', path, headers: empty, body: '' }])
})

test('the held call ends before our own time does, and the wrong cluster is guarded against', async () => {
  const seen = await ownRequests(async (baseUrl) => {
    const system = serviceFabric({ baseUrl, serverTimeoutSeconds: 90, clusterId: 'c-1' })
    await system.stop({ applicationId: 'a' })
    await system.stop({ applicationId: 'a' }, { timeoutMs: 10_000 })
    await system.stop({ applicationId: 'a' }, { serverTimeoutSeconds: 5 })
  })
  const deletes = seen.filter(({ method }) => method === 'POST')
  expect(deletes.map(({ path }) => new URL(path ?? '', 'http://x').searchParams.get('timeout'))).toEqual([
    '90',
    '8',
    '5',
  ])
})

test('every request names the cluster that is meant: looks, deletes, reads, and those of the typed client', async () => {
  const seen = await ownRequests(async (baseUrl) => {
    const system = serviceFabric({ baseUrl, clusterId: 'c-1', headers: { clusterid: 'other', 'x-own': 'x' } })
    await system.stop({ applicationId: 'a' })
    await system.stop({ applicationId: 'a' }, { mode: 'force' })
    await system.read({ applicationId: 'a' }).catch(() => {})
    await system.client.GET('/Applications', { params: { query: { 'api-version': '6.1' } } })
  })
  expect(seen.map(({ method, headers }) => [method, headers?.['clusterid'], headers?.['x-own']])).toEqual(
    ['GET', 'POST', 'POST', 'GET', 'GET'].map((method) => [method, 'c-1', 'x']),
  )
})

test('a read of a name leaves the parameters of the application out', async () => {
  const seen = await ownRequests((baseUrl) => serviceFabric({ baseUrl }).read({ applicationId: 'fabric:/a/b' }))
  expect(linesOf(seen)).toEqual(['GET /Applications/a~b?api-version=6.0&ExcludeApplicationParameters=true */*'])
})
