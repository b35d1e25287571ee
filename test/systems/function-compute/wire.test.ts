/** What Function Compute is sent beside what the fixture says: qualifiers. */
import { functionCompute } from 'allstop'
import { expect, test } from 'vitest'
import { empty, linesOf, ownRequests } from '../../support/own-requests.js'

test('2.0, with and without a qualifier', async () => {
  const target = { serviceName: 'demo-service', functionName: '_fn', invocationId: '1-64e70cf1-5cbe' }
  const path = '/2021-04-06/services/demo-service/functions/_fn/stateful-async-invocations/1-64e70cf1-5cbe'
  const seen = await ownRequests(async (baseUrl) => {
    const system = functionCompute({ baseUrl })
    await system.stop(target)
    await system.stop({ ...target, qualifier: 'LATEST' })
  })
  expect(seen).toEqual([
    { method: 'PUT', path, headers: empty, body: '' },
    { method: 'PUT', path: `${path}?qualifier=LATEST`, headers: empty, body: '' },
  ])
})

test('3.0', async () => {
  const seen = await ownRequests((baseUrl) =>
    functionCompute({ baseUrl, apiVersion: '2023-03-30' }).stop({
      functionName: 'demo-function',
      invocationId: 'demo-id',
      qualifier: '7',
    }),
  )
  const path = '/2023-03-30/functions/demo-function/async-tasks/demo-id/stop?qualifier=7'
  expect(seen).toEqual([{ method: 'PUT', path, headers: empty, body: '' }])
})

test('reads of both generations, with a qualifier', async () => {
  const task = { functionName: 'f', invocationId: 'i', qualifier: 'LATEST' }
  expect(
    linesOf(await ownRequests((baseUrl) => functionCompute({ baseUrl }).read({ serviceName: 's', ...task }))),
  ).toEqual(['GET /2021-04-06/services/s/functions/f/stateful-async-invocations/i?qualifier=LATEST */*'])
  expect(
    linesOf(await ownRequests((baseUrl) => functionCompute({ baseUrl, apiVersion: '2023-03-30' }).read(task))),
  ).toEqual(['GET /2023-03-30/functions/f/async-tasks/i?qualifier=LATEST */*'])
})
