/** What Restate is sent beside what the fixture says: the older DELETE, the question for the version, purges. */
import { bearer, restate } from 'allstop'
import { expect, test } from 'vitest'
import { empty, linesOf, ownRequests } from '../../support/own-requests.js'
import { ids } from '../../support/systems.js'

const target = { invocationId: ids.restate }

test.each([
  ['graceful', 'patch', 'PATCH', `/invocations/${ids.restate}/cancel`],
  ['force', 'patch', 'PATCH', `/invocations/${ids.restate}/kill`],
  ['graceful', 'delete', 'DELETE', `/invocations/${ids.restate}?mode=Cancel`],
  ['force', 'delete', 'DELETE', `/invocations/${ids.restate}?mode=Kill`],
] as const)('%s by %s', async (mode, api, method, path) => {
  const seen = await ownRequests((baseUrl) => restate({ baseUrl, api }).stop(target, { mode }))
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
  const seen = await ownRequests(async (baseUrl) => {
    const system = restate({ baseUrl, auth: bearer('t0ken') })
    const kill = (one: typeof system) => one.stop(target, { mode: 'force' })
    await Promise.all([kill(system), kill(system), kill(system.named('again'))])
  })
  expect(seen.map(({ path }) => path).toSorted()).toEqual(
    [...Array(3).fill(`/invocations/${ids.restate}/kill`), '/version'].toSorted(),
  )
  expect(new Set(seen.map(({ headers }) => headers?.['authorization']))).toEqual(new Set(['Bearer t0ken']))
})

test.each([
  [false, 'purge'],
  [true, 'purge-journal'],
])('a purge with journalOnly %s', async (journalOnly, verb) => {
  const seen = await ownRequests((baseUrl) => restate({ baseUrl, api: 'patch' }).purge(target, { journalOnly }))
  expect(linesOf(seen)).toEqual([`PATCH /invocations/${ids.restate}/${verb} */*`])
})

test('the token stands where it is wanted', async () => {
  const [seen] = await ownRequests((baseUrl) => restate({ baseUrl, api: 'patch', auth: bearer('t0ken') }).stop(target))
  expect(seen?.headers['authorization']).toBe('Bearer t0ken')
})
