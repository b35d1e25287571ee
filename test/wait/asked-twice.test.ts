/** Work that is asked to stop although a stop is under way: it is joined, unless that cannot be seen or is not wanted. */
import { functionGraph, type StopOptions } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, codes } from '../support/examples.js'
import { begun, cancelled, caught, invocation, never, nothing, rowOf, target, telling } from '../support/fakes/asked.js'
import { json } from '../support/fakes/serve.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'

useVirtualClock()

describe('the receipt of a stop that joins', () => {
  test('says where the work stands, by the read, and that nothing was sent', async () => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    const { response, elapsedMs: _, ...receipt } = await onVirtualClock(() => system.stop(target))
    expect(receipt).toEqual({
      ...{ system: 'restate', kind: 'restate', target, mode: 'graceful', outcome: 'accepted', phase: 'stopping' },
      ...{ ended: false, native: 'running', httpStatus: 200, attempts: 0 },
      summary: `restate ${ids.restate}: a stop was already under way, stopping (running; cancel recorded at 2026-01-02T03:00:00.000Z; the handler may have caught and ignored it)`,
      why: 'cancel recorded at 2026-01-02T03:00:00.000Z; the handler may have caught and ignored it',
      // What the stop does beside, it does whoever sent it.
      warnings: ['children-stopped', 'already-stopping'].map((code) => ({ code, message: expect.any(String) })),
    })
    expect(response.body).toMatchObject({ rows: [{ status: 'running' }] })
    expect(sent).toEqual([])
  })

  test('of a paused one stays suspended', async () => {
    const { system, sent } = telling(rowOf({ status: 'paused' }), cancelled)
    expect(await onVirtualClock(() => system.stop(target))).toMatchObject({ phase: 'suspended', native: 'paused' })
    const status = await onVirtualClock(() => system.read(target))
    expect(status).toMatchObject({ phase: 'suspended', ended: false })
    expect(status.why).toBe(
      'cancel recorded at 2026-01-02T03:00:00.000Z; paused: the cancel takes effect when the invocation is resumed',
    )
    expect(sent).toEqual([])
  })
})

describe('it is sent', () => {
  test.each<[string, StopOptions, string]>([
    ['with ifStopping: repeat', { ifStopping: 'repeat' }, 'cancel'],
    ['by force', { mode: 'force' }, 'kill'],
    ['by force, whatever ifStopping says', { mode: 'force', ifStopping: 'join' }, 'kill'],
  ])('%s', async (_, options, verb) => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    expect(await onVirtualClock(() => system.stop(target, options)).catch(caught)).toBeDefined()
    expect(sent).toEqual([verb])
  })

  test.each<[string, () => Response | Promise<Response>, () => Response | Promise<Response>]>([
    ['the row cannot be read', () => json(500, { message: 'no' }), begun],
    ['the row is of another', rowOf({ id: ids.restate.replace(/.$/, 'Z'), status: 'running' }), cancelled],
    ['the row never comes', never, begun],
    ['the journal is not shown', rowOf({ status: 'running' }), nothing],
    ['the journal cannot be read', rowOf({ status: 'running' }), () => json(500, { message: 'no such table' })],
    [
      'the journal is not understood',
      rowOf({ status: 'running' }),
      () => json(200, { rows: [{ id: ids.restate, entry_type: 5 }] }),
    ],
    ['the journal never comes', rowOf({ status: 'running' }), never],
  ])('with a warning when %s', async (_, row, journal) => {
    const { system, sent } = telling(row, journal)
    const began = Date.now()
    const receipt = await onVirtualClock(() => system.stop(target))
    expect(codes(receipt)).toEqual(['children-stopped', 'not-checked'])
    expect(sent).toEqual(['cancel'])
    expect(Date.now() - began).toBeLessThanOrEqual(5_000)
  })

  test('in time, also when there is little', async () => {
    const { system, sent } = telling(never, never)
    const receipt = await onVirtualClock(() => system.stop(target, { timeoutMs: 1_000 }))
    expect(receipt).toMatchObject({ outcome: 'accepted', attempts: 1 })
    expect(receipt.elapsedMs).toBe(250)
    expect(sent).toEqual(['cancel'])
  })

  test.each(['scheduled', 'pending'])('without a warning to one that is %s: no signal can be there', async (status) => {
    const { system, sent } = telling(rowOf({ status }), never)
    expect(codes(await onVirtualClock(() => system.stop(target)))).toEqual(['children-stopped'])
    expect(sent).toEqual(['cancel'])
  })

  test('not at all when the credential is refused, or the signal fires meanwhile', async () => {
    const refused = telling(() => json(401, { message: 'no' }), begun)
    const error = await onVirtualClock(() => refused.system.stop(target)).catch(caught)
    expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1, ambiguous: false })
    const silent = telling(never, never)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const aborted = await onVirtualClock(() => silent.system.stop(target, { signal: controller.signal })).catch(caught)
    expect(aborted).toMatchObject({ code: 'aborted', ambiguous: false })
    expect([...refused.sent, ...silent.sent]).toEqual([])
  })
})

describe('ifStopping', () => {
  test.each(['jion', 5, null, {}])('%j is refused', async (ifStopping) => {
    const { system, seen } = invocation()
    const error = await system.stop(target, { ifStopping } as never).catch(caught)
    expect(error).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('ifStopping') })
    expect(seen).toEqual([])
  })

  test('a system without a graceful stop has nothing to join', async () => {
    const system = functionGraph({ baseUrl, fetch: async () => new Response() })
    const error = await system
      .stop({ functionUrn: ids.urn, requestId: ids.uuid }, { ifStopping: 'join' } as never)
      .catch(caught)
    expect(error).toMatchObject({ code: 'unsupported', attempts: 0 })
  })

  test('a wait takes it too', async () => {
    const { system, sent } = telling(rowOf({ status: 'running' }), cancelled)
    const wait = () => system.stopAndWait(target, { deadlineMs: 1_000, ifStopping: 'repeat' })
    expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'accepted', phase: 'stopping', attempts: 1 })
    expect(sent).toEqual(['cancel'])
  })
})
