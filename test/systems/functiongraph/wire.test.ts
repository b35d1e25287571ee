/** What FunctionGraph is sent beside what the fixture says: cascades, aliases, and how far a read looks back. */
import { authToken, functionGraph } from 'allstop'
import { expect, test } from 'vitest'
import { ownRequests } from '../../support/own-requests.js'
import { ids } from '../../support/systems.js'

test.each([
  [ids.urn, false, 'force'],
  ['urn:fss:eu-west-101:0a1b:function:my-app:fn_1:!prod', true, 'recursive'],
] as const)('%s, cascade %s', async (functionUrn, cascade, type) => {
  const project = functionUrn.split(':')[3]
  const seen = await ownRequests((baseUrl) =>
    functionGraph({ baseUrl }).stop({ functionUrn, requestId: ids.uuid }, { cascade }),
  )
  const body = JSON.stringify({ request_id: ids.uuid, type })
  expect(seen).toEqual([
    {
      method: 'POST',
      // The colons stay as they are, as Huawei's own SDK sends them.
      path: `/v2/${project}/fgs/functions/${functionUrn}/cancel`,
      headers: { accept: '*/*', 'content-type': 'application/json', 'content-length': String(body.length) },
      body,
    },
  ])
})

test('it looks back seven days, not the one hour that the list goes by itself', async () => {
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  const [seen] = await ownRequests((baseUrl) => functionGraph({ baseUrl }).read(target))
  const url = new URL(seen?.path ?? '', 'http://x')
  expect(url.pathname).toBe(`/v2/${ids.urn.split(':')[3]}/fgs/functions/${ids.urn}/async-invocations`)
  expect([...url.searchParams.keys()]).toEqual(['request_id', 'query_begin_time'])
  expect(url.searchParams.get('request_id')).toBe(ids.uuid)
  const begin = url.searchParams.get('query_begin_time') ?? ''
  expect(begin).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
  const days = (Date.now() - new Date(`${begin}Z`).getTime()) / 86_400_000
  expect(days).toBeGreaterThan(6.99)
  expect(days).toBeLessThan(7.01)
})

test('the token stands where it is wanted', async () => {
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  const [seen] = await ownRequests((baseUrl) =>
    functionGraph({ baseUrl, auth: authToken(async () => 't0ken') }).stop(target),
  )
  expect(seen?.headers['x-auth-token']).toBe('t0ken')
})
