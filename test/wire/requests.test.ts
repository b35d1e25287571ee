/** What stands on the wire, exactly: Prism sees neither unknown query names nor the spelling of known ones. */
import {
  authToken,
  basic,
  bearer,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  restate,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { type Recorded, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

/** Runs a stop against a recorder and gives back what arrived; what fetch adds by itself is left out. */
async function recorded(stop: (baseUrl: string) => Promise<unknown>): Promise<readonly Partial<Recorded>[]> {
  await using server = await startRecorder()
  await stop(server.url)
  return server.requests.map(({ method, path, headers, body }) => {
    const own = Object.entries(headers).filter(([name]) => !byFetch.has(name))
    return { method, path, body, headers: Object.fromEntries(own) }
  })
}

const byFetch = new Set(['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'])

const empty = { accept: '*/*', 'content-length': '0' }

describe('restate', () => {
  const target = { invocationId: ids.restate }
  test.each([
    ['graceful', 'patch', 'PATCH', `/invocations/${ids.restate}/cancel`],
    ['force', 'patch', 'PATCH', `/invocations/${ids.restate}/kill`],
    ['graceful', 'delete', 'DELETE', `/invocations/${ids.restate}?mode=Cancel`],
    ['force', 'delete', 'DELETE', `/invocations/${ids.restate}?mode=Kill`],
  ] as const)('%s by %s', async (mode, api, method, path) => {
    const seen = await recorded((baseUrl) => restate({ baseUrl, api }).stop(target, { mode }))
    expect(seen.at(-1)).toEqual({ method, path, body: '', headers: method === 'PATCH' ? empty : { accept: '*/*' } })
    // Before a cancel it is asked whether one is under way; DELETE says nothing of what it finds, so the state is asked.
    const ask = (query: string) => {
      const body = JSON.stringify({ query })
      const json = 'application/json'
      const headers = { accept: json, 'content-type': json, 'content-length': `${body.length}` }
      return { method: 'POST', path: '/query', body, headers }
    }
    const row = ask(`SELECT * FROM sys_invocation WHERE id = '${ids.restate}'`)
    const journal = ask(
      `SELECT id, entry_type, entry_lite_json, appended_at FROM sys_journal WHERE id = '${ids.restate}' ` +
        "AND entry_type IN ('Command: Input', 'Command: Output', 'Notification: Signal') ORDER BY index",
    )
    const before = { graceful: [row, journal], force: api === 'delete' ? [row] : [] }
    expect(seen.slice(0, -1)).toEqual(before[mode])
  })

  test('auto asks for the version once, and sends the token each time', async () => {
    const seen = await recorded(async (baseUrl) => {
      const system = restate({ baseUrl, auth: bearer('t0ken') })
      const kill = (one: typeof system) => one.stop(target, { mode: 'force' })
      await Promise.all([kill(system), kill(system), kill(system.named('again'))])
    })
    expect(seen.map(({ path }) => path).toSorted()).toEqual(
      [...Array(3).fill(`/invocations/${ids.restate}/kill`), '/version'].toSorted(),
    )
    expect(new Set(seen.map(({ headers }) => headers?.['authorization']))).toEqual(new Set(['Bearer t0ken']))
  })

  test('a path prefix and a trailing slash of baseUrl are kept and dropped', async () => {
    const seen = await recorded((url) => restate({ baseUrl: `${url}/behind/proxy//`, api: 'patch' }).stop(target))
    expect(seen.map(({ path }) => path)).toEqual([
      ...Array(2).fill('/behind/proxy/query'),
      `/behind/proxy/invocations/${ids.restate}/cancel`,
    ])
  })
})

describe('functiongraph', () => {
  test.each([
    [ids.urn, false, 'force'],
    ['urn:fss:eu-west-101:0a1b:function:my-app:fn_1:!prod', true, 'recursive'],
  ] as const)('%s, cascade %s', async (functionUrn, cascade, type) => {
    const project = functionUrn.split(':')[3]
    const seen = await recorded((baseUrl) =>
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
})

describe('function-compute', () => {
  test('2.0, with and without a qualifier', async () => {
    const target = { serviceName: 'demo-service', functionName: '_fn', invocationId: '1-64e70cf1-5cbe' }
    const path = '/2021-04-06/services/demo-service/functions/_fn/stateful-async-invocations/1-64e70cf1-5cbe'
    const seen = await recorded(async (baseUrl) => {
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
    const seen = await recorded((baseUrl) =>
      functionCompute({ baseUrl, apiVersion: '2023-03-30' }).stop({
        functionName: 'demo-function',
        invocationId: 'demo-id',
        qualifier: '7',
      }),
    )
    const path = '/2023-03-30/functions/demo-function/async-tasks/demo-id/stop?qualifier=7'
    expect(seen).toEqual([{ method: 'PUT', path, headers: empty, body: '' }])
  })
})

describe('enterprise-scheduler', () => {
  test.each([
    ['graceful', '9007199254740993', 'cancel'],
    ['force', 9_223_372_036_854_775_807n, 'forceCancel'],
    ['graceful', 300_000_012_345_678, 'cancel'],
  ] as const)('%s of %s keeps every digit', async (mode, requestId, verb) => {
    const seen = await recorded((baseUrl) => enterpriseScheduler({ baseUrl }).stop({ requestId }, { mode }))
    const path = `/ess/rest/scheduler/v1/requests/${requestId}/${verb}`
    expect(seen).toEqual([{ method: 'POST', path, headers: empty, body: '' }])
  })
})

describe('service-fabric', () => {
  test.each([
    ['fabric:/shop/orders', 'graceful', '/Applications/shop~orders/$/Delete?api-version=6.0&timeout=60'],
    ['shop~orders', 'force', '/Applications/shop~orders/$/Delete?api-version=6.0&ForceRemove=true&timeout=60'],
    ['приложение', 'graceful', `/Applications/${encodeURIComponent('приложение')}/$/Delete?api-version=6.0&timeout=60`],
    ["it's a (b)&c=d;e", 'graceful', "/Applications/it's%20a%20(b)%26c%3Dd%3Be/$/Delete?api-version=6.0&timeout=60"],
  ] as const)('%s, %s', async (applicationId, mode, path) => {
    const seen = await recorded((baseUrl) => serviceFabric({ baseUrl }).stop({ applicationId }, { mode }))
    const read = path.replace(/\/\$.*/, '?api-version=6.0&ExcludeApplicationParameters=true')
    // A plain delete looks before it is sent, for it can undo a forced one; a forced one does not.
    const look = { method: 'GET', path: read, headers: { accept: '*/*' }, body: '' }
    expect(seen).toEqual([...(mode === 'graceful' ? [look] : []), { method: 'POST', path, headers: empty, body: '' }])
  })

  test('the held call ends before our own time does, and the wrong cluster is guarded against', async () => {
    const seen = await recorded(async (baseUrl) => {
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
    const seen = await recorded(async (baseUrl) => {
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
})

test('headers of the system and of the call arrive; the call wins, and neither replaces a credential', async () => {
  const seen = await recorded((baseUrl) =>
    restate({
      baseUrl,
      api: 'patch',
      auth: bearer('right'),
      headers: { 'X-One': 'system', 'X-Two': 'system' },
    }).stop({ invocationId: ids.restate }, { headers: { 'x-two': 'call', authorization: 'Bearer wrong' } }),
  )
  expect(seen.at(-1)?.headers).toEqual({ ...empty, authorization: 'Bearer right', 'x-one': 'system', 'x-two': 'call' })
})

test.each<[string, (baseUrl: string) => Promise<unknown>, string, string]>([
  [
    'bearer',
    (baseUrl) => restate({ baseUrl, api: 'patch', auth: bearer('t0ken') }).stop({ invocationId: ids.restate }),
    'authorization',
    'Bearer t0ken',
  ],
  [
    'authToken',
    (baseUrl) =>
      functionGraph({ baseUrl, auth: authToken(async () => 't0ken') }).stop({
        functionUrn: ids.urn,
        requestId: ids.uuid,
      }),
    'x-auth-token',
    't0ken',
  ],
  [
    'basic',
    (baseUrl) =>
      enterpriseScheduler({ baseUrl, auth: basic({ username: 'ops', password: 'pä:ss' }) }).stop({ requestId: 1 }),
    'authorization',
    `Basic ${Buffer.from('ops:pä:ss', 'utf8').toString('base64')}`,
  ],
])('%s stands where the system wants it', async (_, stop, header, value) => {
  expect((await recorded(stop))[0]?.headers?.[header]).toBe(value)
})

test('a forced cancel that Enterprise Scheduler refuses says what is known of the request, and no more', async () => {
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
