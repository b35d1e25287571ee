/** What Enterprise Scheduler is sent and sends beside what the fixture says: ids of every type, with every digit. */
import { basic, enterpriseScheduler } from 'allstop'
import { expect, test } from 'vitest'
import { empty, linesOf, ownRequests } from '../../support/own-requests.js'
import { startRecorder } from '../../support/recorder.js'

test.each([
  ['graceful', '9007199254740993', 'cancel'],
  ['force', 9_223_372_036_854_775_807n, 'forceCancel'],
  ['graceful', 300_000_012_345_678, 'cancel'],
] as const)('%s of %s keeps every digit', async (mode, requestId, verb) => {
  const seen = await ownRequests((baseUrl) => enterpriseScheduler({ baseUrl }).stop({ requestId }, { mode }))
  const path = `/ess/rest/scheduler/v1/requests/${requestId}/${verb}`
  expect(seen).toEqual([{ method: 'POST', path, headers: empty, body: '' }])
})

test('the password stands where it is wanted', async () => {
  const auth = basic({ username: 'ops', password: 'pä:ss' })
  const [seen] = await ownRequests((baseUrl) => enterpriseScheduler({ baseUrl, auth }).stop({ requestId: 1 }))
  expect(seen?.headers['authorization']).toBe(`Basic ${Buffer.from('ops:pä:ss', 'utf8').toString('base64')}`)
})

test('ids of every type in reads and purges', async () => {
  const fields =
    'requestId,state,stateDescription,cause,isForceCancelAllowed,isAsynchronous,submissionTime,processStartTime,stateChangeTime,completedTime'
  expect(linesOf(await ownRequests((baseUrl) => enterpriseScheduler({ baseUrl }).read({ requestId: 42n })))).toEqual([
    `GET /ess/rest/scheduler/v1/requests/42?fields=${encodeURIComponent(fields)} application/json`,
  ])
  expect(linesOf(await ownRequests((baseUrl) => enterpriseScheduler({ baseUrl }).purge({ requestId: '42' })))).toEqual([
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

test('a forced cancel that is refused says what is known of the request, and no more', async () => {
  const refusal = { type: 'about:blank', title: 'Unsupported state for operation', status: 400 }
  for (const [state, hint] of [
    [
      { requestId: 1, state: 'RUNNING', isForceCancelAllowed: false },
      'the request is RUNNING, isForceCancelAllowed: false',
    ],
    [{ requestId: 1, state: 'RUNNING' }, 'the request is RUNNING'],
    [{ requestId: 1 }, 'the request is in an unknown state'],
  ] as const) {
    await using server = await startRecorder(({ method }) =>
      method === 'GET' ? { body: state } : { status: 400, body: refusal },
    )
    await expect(
      enterpriseScheduler({ baseUrl: server.url }).stop({ requestId: 1 }, { mode: 'force' }),
    ).rejects.toMatchObject({ code: 'failed_precondition', message: expect.stringMatching(new RegExp(`; ${hint}$`)) })
  }
})
