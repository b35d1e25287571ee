/** What every system puts on the wire for one target, exactly: nothing more, nothing else, and every odd id as it must be. */
import { bearer, restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { empty, ownRequests } from '../support/own-requests.js'
import type { Recorded } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import type { ExactRequest, LooseSystem } from '../systems/fixture.js'
import { variants } from '../systems/index.js'

function exactly({ method, path, accept = '*/*', body = '', headers = {} }: ExactRequest): object {
  const json = body === '' ? {} : { 'content-type': 'application/json' }
  const length = body !== '' || ['POST', 'PUT', 'PATCH'].includes(method) ? { 'content-length': `${body.length}` } : {}
  return {
    method,
    path: typeof path === 'string' ? path : expect.stringMatching(path),
    headers: { accept, ...json, ...length, ...headers },
    body,
  }
}

describe.each(variants)('$name', ({ make, target, sameTarget, fields, wire, modes }) => {
  const recorded = (act: (system: LooseSystem) => Promise<unknown>) => ownRequests((baseUrl) => act(make({ baseUrl })))

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

test('a path prefix and a trailing slash of baseUrl are kept and dropped', async () => {
  const seen = await ownRequests((url) =>
    restate({ baseUrl: `${url}/behind/proxy//`, api: 'patch' }).stop({ invocationId: ids.restate }),
  )
  expect(seen.map(({ path }) => path)).toEqual([
    ...Array(2).fill('/behind/proxy/query'),
    `/behind/proxy/invocations/${ids.restate}/cancel`,
  ])
})

test('headers of the system and of the call arrive; the call wins, and neither replaces a credential', async () => {
  const seen = await ownRequests((baseUrl) =>
    restate({
      baseUrl,
      api: 'patch',
      auth: bearer('right'),
      headers: { 'X-One': 'system', 'X-Two': 'system' },
    }).stop({ invocationId: ids.restate }, { headers: { 'x-two': 'call', authorization: 'Bearer wrong' } }),
  )
  expect(seen.at(-1)?.headers).toEqual({ ...empty, authorization: 'Bearer right', 'x-one': 'system', 'x-two': 'call' })
})
