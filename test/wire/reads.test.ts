/** What reads and purges put on the wire, exactly. */
import { enterpriseScheduler, functionCompute, functionGraph, restate, serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

async function recorded(call: (baseUrl: string) => Promise<unknown>): Promise<string[]> {
  await using server = await startRecorder()
  await call(server.url)
  return server.requests.map(({ method, path, headers, body: sent }) =>
    [method, path, headers['accept'], sent].filter(Boolean).join(' '),
  )
}

const fields =
  'requestId,state,stateDescription,cause,isForceCancelAllowed,isAsynchronous,submissionTime,processStartTime,stateChangeTime,completedTime'

test('restate asks by SQL, and for JSON', async () => {
  const [row = '', journal = '', ...more] = await recorded((baseUrl) =>
    restate({ baseUrl }).read({ invocationId: ids.restate }),
  )
  const query = JSON.stringify({ query: `SELECT * FROM sys_invocation WHERE id = '${ids.restate}'` })
  expect(row).toBe(`POST /query application/json ${query}`)
  expect(journal).toContain(`FROM sys_journal WHERE id = '${ids.restate}' AND`)
  expect(more).toEqual([])
})

test('functiongraph looks back seven days, not the one hour that the list goes by itself', async () => {
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  const [seen = ''] = await recorded((baseUrl) => functionGraph({ baseUrl }).read(target))
  const url = new URL(seen.split(' ')[1] ?? '', 'http://x')
  expect(url.pathname).toBe(`/v2/${ids.urn.split(':')[3]}/fgs/functions/${ids.urn}/async-invocations`)
  expect([...url.searchParams.keys()]).toEqual(['request_id', 'query_begin_time'])
  expect(url.searchParams.get('request_id')).toBe(ids.uuid)
  const begin = url.searchParams.get('query_begin_time') ?? ''
  expect(begin).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
  const days = (Date.now() - new Date(`${begin}Z`).getTime()) / 86_400_000
  expect(days).toBeGreaterThan(6.99)
  expect(days).toBeLessThan(7.01)
})

test('function-compute, both generations', async () => {
  const task = { functionName: 'f', invocationId: 'i', qualifier: 'LATEST' }
  expect(await recorded((baseUrl) => functionCompute({ baseUrl }).read({ serviceName: 's', ...task }))).toEqual([
    'GET /2021-04-06/services/s/functions/f/stateful-async-invocations/i?qualifier=LATEST */*',
  ])
  expect(await recorded((baseUrl) => functionCompute({ baseUrl, apiVersion: '2023-03-30' }).read(task))).toEqual([
    'GET /2023-03-30/functions/f/async-tasks/i?qualifier=LATEST */*',
  ])
})

test('enterprise-scheduler asks for the few fields that it needs', async () => {
  expect(await recorded((baseUrl) => enterpriseScheduler({ baseUrl }).read({ requestId: 42n }))).toEqual([
    `GET /ess/rest/scheduler/v1/requests/42?fields=${encodeURIComponent(fields)} application/json`,
  ])
})

test('service-fabric leaves the parameters of the application out', async () => {
  expect(await recorded((baseUrl) => serviceFabric({ baseUrl }).read({ applicationId: 'fabric:/a/b' }))).toEqual([
    'GET /Applications/a~b?api-version=6.0&ExcludeApplicationParameters=true */*',
  ])
})

test('purge: Restate by PATCH and by DELETE, Enterprise Scheduler by DELETE', async () => {
  const target = { invocationId: ids.restate }
  const patch = (journalOnly: boolean) => (baseUrl: string) =>
    restate({ baseUrl, api: 'patch' }).purge(target, { journalOnly })
  expect(await recorded(patch(false))).toEqual([`PATCH /invocations/${ids.restate}/purge */*`])
  expect(await recorded(patch(true))).toEqual([`PATCH /invocations/${ids.restate}/purge-journal */*`])
  expect(await recorded((baseUrl) => enterpriseScheduler({ baseUrl }).purge({ requestId: '42' }))).toEqual([
    'DELETE /ess/rest/scheduler/v1/requests/42 */*',
  ])
})

test('an int64 beyond 2^53 in an answer keeps its digits', async () => {
  await using server = await startRecorder(() => ({
    headers: { 'content-type': 'application/json' },
    body: '{"requestId":9007199254740993,"state":"RUNNING","elapsedTime":1.5e300,"cause":"no 9007199254740993 here"}',
  }))
  const { response } = await enterpriseScheduler({ baseUrl: server.url }).read({ requestId: '9007199254740993' })
  expect(response.body).toMatchObject({
    requestId: '9007199254740993',
    elapsedTime: 1.5e300,
    cause: 'no 9007199254740993 here',
  })
})
