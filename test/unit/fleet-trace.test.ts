/** A call through a fleet remembers its caller once, and leaves nothing of it to other calls. */
import { allstop, isStopError, restate } from 'allstop'
import { afterEach, expect, test, vi } from 'vitest'
import { inPlaceOf, traceOf } from '../../src/core/words/trace.js'
import { ids } from '../support/systems.js'

afterEach(() => void vi.restoreAllMocks())

const target = { invocationId: ids.restate }
const fetch = async () => new Response(null, { status: 202 })
const system = restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch })

test('the stack is taken once', async () => {
  const fleet = allstop({ a: system })
  const captured = vi.spyOn(Error, 'captureStackTrace')
  const stopping = fleet.stop({ system: 'a', ...target }, { mode: 'force' })
  expect(captured).toHaveBeenCalledOnce()
  expect(await stopping).toMatchObject({ outcome: 'accepted' })
})

test.each([
  ['takes no trace', () => undefined],
  [
    'throws',
    () => {
      throw new Error('a wrapper of the caller')
    },
  ],
])('a function that %s leaves the trace to nobody else', async (_, call) => {
  const trace = traceOf(() => undefined)
  try {
    inPlaceOf(trace, call)
  } catch {}
  expect(traceOf(() => undefined)).not.toBe(trace)
  async function callHere() {
    return system.stop({ invocationId: 'x' })
  }
  const error = await callHere().catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw error
  expect(error.stack?.split('\n    at ')[1]).toContain('callHere')
})

test('only the next trace is the one that was given', () => {
  const trace = traceOf(() => undefined)
  const [first, second] = inPlaceOf(trace, () => [traceOf(() => undefined), traceOf(() => undefined)])
  expect(first).toBe(trace)
  expect(second).not.toBe(trace)
})
