/** The three headers of Function Compute 2.0, exactly as they stand on the wire; 3.0 has none of them. */
import { acs3, functionCompute, functionComputeUrl, isStopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'

const task = { serviceName: 'demo-service', functionName: 'demo-function', invocationId: 'demo-id' }
const task3 = { functionName: 'demo-function', invocationId: 'demo-id' }
const date = new Date('2017-07-14T07:02:38Z')

/** The method and `x-fc-` headers of each request. */
async function recorded(act: (baseUrl: string) => Promise<unknown>) {
  await using server = await startRecorder()
  await act(server.url)
  return server.requests.map(({ method, headers }) => [
    method,
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-fc-'))),
  ])
}

test('of a stop', async () => {
  const options = { accountId: '188077086902', date, traceId: 'asdf-1234' }
  expect(await recorded((baseUrl) => functionCompute({ baseUrl }).stop(task, options))).toEqual([
    [
      'PUT',
      {
        'x-fc-account-id': '188077086902',
        'x-fc-date': 'Fri, 14 Jul 2017 07:02:38 GMT',
        'x-fc-trace-id': 'asdf-1234',
      },
    ],
  ])
})

test('none, unless they are given', async () => {
  expect(await recorded((baseUrl) => functionCompute({ baseUrl }).stop(task))).toEqual([['PUT', {}]])
})

test('one alone', async () => {
  const seen = await recorded((baseUrl) => functionCompute({ baseUrl }).stop(task, { traceId: 't 1' }))
  expect(seen).toEqual([['PUT', { 'x-fc-trace-id': 't 1' }]])
})

test('of a wait: with the stop, and the account with the reads too', async () => {
  await using server = await startRecorder(({ method }) => ({
    body: method === 'PUT' ? {} : { invocationId: 'demo-id', status: 'Stopped' },
  }))
  const system = functionCompute({ baseUrl: server.url, accountId: '1' })
  const options = { deadlineMs: 5_000, traceId: 'trace-1', poll: { minDelayMs: 1, maxDelayMs: 2 } }
  expect(await system.stopAndWait(task, options)).toMatchObject({ outcome: 'stopped' })
  const seen = server.requests.map(({ method, headers }) => [
    method,
    headers['x-fc-account-id'],
    headers['x-fc-trace-id'],
  ])
  expect(seen).toEqual([
    ['PUT', '1', 'trace-1'],
    ['GET', '1', undefined],
  ])
})

test("the account of the system stands in every request, the typed client's too; a call may name another", async () => {
  const seen = await recorded(async (baseUrl) => {
    const system = functionCompute({ baseUrl, accountId: '1', headers: { 'x-fc-account-id': '9' } })
    await system.stop(task)
    await system.stop(task, { accountId: '2' })
    await system.read(task)
    await system.client.GET('/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations', {
      params: { path: { serviceName: 's', functionName: 'f' } },
    })
  })
  expect(seen).toEqual([
    ['PUT', { 'x-fc-account-id': '1' }],
    ['PUT', { 'x-fc-account-id': '2' }],
    ['GET', { 'x-fc-account-id': '1' }],
    ['GET', { 'x-fc-account-id': '1' }],
  ])
})

test('no signature covers them', async () => {
  await using server = await startRecorder()
  const auth = acs3({ accessKeyId: 'AK', accessKeySecret: 'SK' })
  await functionCompute({ baseUrl: server.url, auth }).stop(task, { accountId: '1', date, traceId: 't' })
  const headers = server.requests[0]?.headers
  expect(headers?.['x-fc-trace-id']).toBe('t')
  expect(headers?.['authorization']).toMatch(/SignedHeaders=(?!.*x-fc-)/)
})

describe('what is wrong is refused by name, before any request', () => {
  const baseUrl = 'http://127.0.0.1:9'
  const system = functionCompute({ baseUrl })
  const system3 = functionCompute({ baseUrl, apiVersion: '2023-03-30' })

  test.each<[string, () => unknown, string, RegExp]>([
    ['an account that is no number', () => system.stop(task, { accountId: '12a' }), 'accountId', /digits/],
    ['an account as a number', () => system.stop(task, { accountId: 12 as never }), 'accountId', /string/],
    ['an account with a line break', () => system.stop(task, { accountId: '1\r\nx: y' }), 'accountId', /control/],
    ['a date as text', () => system.stop(task, { date: 'now' as never }), 'date', /a Date/],
    ['a date that is none', () => system.stop(task, { date: new Date(Number.NaN) }), 'date', /a Date/],
    ['a date far away', () => system.stop(task, { date: new Date(8.64e15) }), 'date', /year/],
    ['a date long ago', () => system.stop(task, { date: new Date('-000001-01-01T00:00:00Z') }), 'date', /year/],
    ['a trace with a line break', () => system.stop(task, { traceId: 'a\r\nb' }), 'traceId', /ASCII/],
    ['an empty trace', () => system.stop(task, { traceId: '' }), 'traceId', /ASCII/],
    ['a trace as a number', () => system.stop(task, { traceId: 7 as never }), 'traceId', /ASCII/],
    ['an account of the system', () => functionCompute({ baseUrl, accountId: 'me' }), 'accountId', /digits/],
    ['at 3.0: the account', () => system3.stop(task3, { accountId: '1' } as never), 'accountId', /2021-04-06/],
    ['at 3.0: the date', () => system3.stop(task3, { date } as never), 'date', /2021-04-06/],
    [
      'at 3.0: the trace of a wait',
      () => system3.stopAndWait(task3, { deadlineMs: 1_000, traceId: 't' } as never),
      'traceId',
      /2021-04-06/,
    ],
    [
      'at 3.0: the account of the system',
      () => functionCompute({ baseUrl, apiVersion: '2023-03-30', accountId: '1' as never }),
      'accountId',
      /2021-04-06/,
    ],
  ])('%s', async (_, act, field, rule) => {
    const error: unknown = await (async () => act())().catch((thrown: unknown) => thrown)
    if (!isStopError(error)) throw new Error('accepted')
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
    expect(error.message).toContain(`${field}: `)
    expect(error.message).toMatch(rule)
  })
})

test('the address of an account and its header take the same id', () => {
  const accountId = '188077086902'
  const baseUrl = functionComputeUrl({ accountId, region: 'cn-hangzhou' })
  expect(() => functionCompute({ baseUrl, accountId })).not.toThrow()
})
