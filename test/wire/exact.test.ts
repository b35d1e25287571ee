/** What every system puts on the wire for one target, exactly: nothing more, nothing else, and every odd id as it must be. */
import { describe, expect, test } from 'vitest'
import { type Recorded, startRecorder } from '../support/recorder.js'
import type { ExactRequest, LooseSystem } from '../systems/fixture.js'
import { variants } from '../systems/index.js'

/** What fetch adds by itself. */
const byFetch = new Set(['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'])

function exactly({ method, path, accept = '*/*', body = '' }: ExactRequest): object {
  const json = body === '' ? {} : { 'content-type': 'application/json' }
  const length = body !== '' || ['POST', 'PUT', 'PATCH'].includes(method) ? { 'content-length': `${body.length}` } : {}
  return {
    method,
    path: typeof path === 'string' ? path : expect.stringMatching(path),
    headers: { accept, ...json, ...length },
    body,
  }
}

describe.each(variants)('$name', ({ make, target, sameTarget, fields, wire, modes }) => {
  async function recorded(act: (system: LooseSystem) => Promise<unknown>): Promise<readonly Recorded[]> {
    await using server = await startRecorder()
    await act(make({ baseUrl: server.url }))
    return server.requests.map(({ headers, ...request }) => ({
      ...request,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !byFetch.has(name))),
    }))
  }

  test.each(modes)('stop, %s', async (mode) => {
    const expected = wire.stop[mode]?.map(exactly)
    expect(await recorded((system) => system.stop(target, { mode }))).toEqual(expected)
    expect(await recorded((system) => system.stop(sameTarget, { mode }))).toEqual(expected)
  })

  test('read', async () => {
    expect(await recorded((system) => system.read(target))).toEqual(wire.read.map(exactly))
  })

  test('purge, where there is one', async () => {
    const sent = await recorded(async (system) => system.purge?.(target))
    expect(sent).toEqual((wire.purge ?? []).map(exactly))
    expect('purge' in make({ baseUrl: 'http://127.0.0.1:9' })).toBe(wire.purge !== undefined)
  })

  test('every field of the target is known', () => {
    expect(Object.keys(fields)).toEqual(Object.keys(target))
  })

  describe.each(Object.entries(fields))('%s', (name, { odd, spelt, arrivesAs }) => {
    test.each([...odd])('%s', async (value, expected) => {
      const sent = await recorded((system) => system.stop({ ...target, [name]: value }))
      expect(spelt(sent.at(-1) as Recorded)).toBe(expected)
      expect(decodeURIComponent(expected)).toBe(arrivesAs(String(value)))
    })
  })
})
