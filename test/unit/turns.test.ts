/** Who waits for a turn to send: in order, and not after the end of the try. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Carry } from '../../src/core/http/carry.js'
import { type AttemptSignal, startAttemptSignal } from '../../src/core/time/attempt-signal.js'

const attempts: AttemptSignal[] = []
afterEach(() => {
  for (const attempt of attempts.splice(0)) attempt.close()
  vi.unstubAllGlobals()
  vi.resetModules()
})

const request = { method: 'GET', url: new URL('http://127.0.0.1:9/'), headers: {}, body: '' }

/** A carry with one turn, which notes what it sends and is over when it is told. */
async function oneTurn() {
  const { limited } = await import('../../src/core/http/turns.js')
  const sent: string[] = []
  const over: (() => void)[] = []
  const carry: Carry = async ({ body }, _attempt, _begun, end = () => {}) => {
    sent.push(body)
    over.push(end)
    return () => undefined
  }
  const one = limited(carry, 1)
  const send = (body: string) => {
    const ending = new AbortController()
    const attempt = startAttemptSignal(60_000, [ending.signal])
    attempts.push(attempt)
    void one({ ...request, body }, attempt, () => {})
    return ending
  }
  return { send, sent, end: () => over.shift()?.() }
}

describe.each([
  ['in Node.js', () => {}],
  ['in a browser, which has no setImmediate', () => vi.stubGlobal('setImmediate', undefined)],
])('%s', (_, prepare) => {
  test('one after the other', async () => {
    prepare()
    const { send, sent, end } = await oneTurn()
    for (const body of ['a', 'b', 'c']) send(body)
    expect(sent).toEqual(['a'])
    end()
    await vi.waitFor(() => expect(sent).toEqual(['a', 'b']))
    end()
    await vi.waitFor(() => expect(sent).toEqual(['a', 'b', 'c']))
    end()
    send('d')
    expect(sent).toEqual(['a', 'b', 'c', 'd'])
  })

  test('whose try has ended goes, also while the turn is handed over', async () => {
    prepare()
    const { send, sent, end } = await oneTurn()
    send('a')
    const [b, c] = [send('b'), send('c')]
    b.abort()
    end()
    c.abort()
    await new Promise((resolve) => setTimeout(resolve, 20))
    send('d')
    expect(sent).toEqual(['a', 'd'])
  })
})
