/** `close()`: what it refuses, what it waits for, and whose connections it closes. */
import { allstop, functionGraph, restate } from 'allstop'
import { Agent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { closable } from '../../src/core/system/closing.js'
import { startCounting } from '../support/sockets.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }
const force = { mode: 'force' } as const
const closed = {
  code: 'invalid_argument',
  attempts: 0,
  ambiguous: false,
  message: expect.stringContaining('is closed'),
}

afterEach(() => vi.unstubAllGlobals())

test('what is closed refuses every further call, and sends nothing', async () => {
  await using server = await startCounting()
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const other = system.named('other')
  await system.close()
  for (const one of [system, other]) {
    await expect(one.stop(target)).rejects.toMatchObject(closed)
    await expect(one.read(target)).rejects.toMatchObject(closed)
    await expect(one.purge(target)).rejects.toMatchObject(closed)
    await expect(one.stopAndWait(target, { deadlineMs: 100 })).rejects.toMatchObject(closed)
    await expect(one.waitUntilEnded(target, { deadlineMs: 100 })).rejects.toMatchObject(closed)
    await expect(one.client.GET('/version')).rejects.toMatchObject(closed)
  }
  expect([server.asked.length, server.sockets.length]).toEqual([0, 0])
})

test('idle connections are closed at once, and closing twice is one closing', async () => {
  await using server = await startCounting()
  const system = restate({ baseUrl: server.url, api: 'patch' })
  await Promise.all([1, 2, 3].map(() => system.stop(target, force)))
  expect(server.open()).toBeGreaterThan(0)
  await Promise.all([system.close(), system.close(), system.named('other').close()])
  await system.close()
  await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 1_000 })
})

test('calls under way come to their end first, also one that waits for a connection', async () => {
  const answers: (() => void)[] = []
  await using server = await startCounting((_, response) => answers.push(() => response.end()))
  const system = restate({ baseUrl: server.url, api: 'patch', connections: 1 })
  const order: string[] = []
  const stops = ['first', 'second'].map((name) => system.stop(target, force).then(() => order.push(name)))
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  const closing = system.close().then(() => order.push('closed'))
  await expect(system.stop(target)).rejects.toMatchObject(closed)
  answers[0]?.()
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.()
  await Promise.all([...stops, closing])
  expect(order).toEqual(['first', 'second', 'closed'])
  await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 1_000 })
})

test('a wait that polls goes on to its end', async () => {
  let reads = 0
  await using server = await startCounting((request, response) => {
    const isRead = request.url === '/query'
    reads += isRead ? 1 : 0
    const row = {
      id: ids.restate,
      status: reads < 6 ? 'running' : 'completed',
      completion_result: 'failure',
      completion_failure: '[409] killed',
    }
    const type = { 'content-type': 'application/json' }
    if (isRead) response.writeHead(200, type).end(JSON.stringify({ rows: [row] }))
    else response.writeHead(202).end()
  })
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const wait = system.stopAndWait(target, { deadlineMs: 10_000, poll: { minDelayMs: 20, maxDelayMs: 20 } })
  await vi.waitFor(() => expect(server.asked.some((path) => path.endsWith('/cancel'))).toBe(true))
  let isClosed = false
  const closing = system.close().then(() => {
    isClosed = true
  })
  await vi.waitFor(() => expect(reads).toBeGreaterThan(3))
  expect(isClosed).toBe(false)
  expect(await wait).toMatchObject({ ended: true })
  await closing
})

test('a wait may still send what belongs to it: force, when that is due', async () => {
  let isKilled = false
  await using server = await startCounting((request, response) => {
    if (request.url?.endsWith('/kill')) isKilled = true
    const end = { status: 'completed', completion_result: 'failure', completion_failure: '[409] killed' }
    const row = { id: ids.restate, ...(isKilled ? end : { status: 'running' }) }
    const type = { 'content-type': 'application/json' }
    if (request.url === '/query') response.writeHead(200, type).end(JSON.stringify({ rows: [row] }))
    else response.writeHead(202).end()
  })
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const poll = { minDelayMs: 20, maxDelayMs: 20 }
  const wait = system.stopAndWait(target, { deadlineMs: 10_000, escalateAfterMs: 300, poll })
  await vi.waitFor(() => expect(server.asked.some((path) => path.endsWith('/cancel'))).toBe(true))
  const closing = system.close()
  expect(isKilled).toBe(false)
  expect(await wait).toMatchObject({ ended: true, mode: 'force' })
  expect(isKilled).toBe(true)
  await closing
})

test('it is not kept waiting by a stop that was ended while it still connected', async () => {
  const { createServer } = await import('node:net')
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => mute.once('listening', resolve))
  const { port } = mute.address() as { port: number }
  const system = restate({ baseUrl: `https://127.0.0.1:${port}`, api: 'patch', retry: false, attemptTimeoutMs: 100 })
  await expect(system.stop(target, force)).rejects.toMatchObject({ code: 'deadline_exceeded', ambiguous: false })
  const began = performance.now()
  await system.close()
  // Connecting may take ten.
  expect(performance.now() - began).toBeLessThan(3_000)
  mute.close()
})

test('what never sent anything is closed too', async () => {
  const system = restate({ baseUrl: 'http://127.0.0.1:9' })
  await system.close()
  await expect(system.stop(target)).rejects.toMatchObject(closed)
})

test('`await using` closes a system, and a fleet', async () => {
  await using server = await startCounting()
  let [system, fleet]: { stop(target: never): Promise<unknown> }[] = []
  {
    await using inner = restate({ baseUrl: server.url, api: 'patch' })
    system = inner
    await inner.stop(target, force)
  }
  await expect(system.stop(target as never)).rejects.toMatchObject(closed)
  {
    await using inner = allstop({ orders: restate({ baseUrl: server.url, api: 'patch' }) })
    fleet = inner
  }
  await expect(fleet.stop({ system: 'orders', ...target } as never)).rejects.toMatchObject(closed)
})

test('a fleet closes all its systems, under all their names', async () => {
  await using server = await startCounting()
  const orders = restate({ baseUrl: server.url, api: 'patch' })
  const images = functionGraph({ baseUrl: server.url })
  const fleet = allstop({ orders, again: orders, images })
  await fleet.stop({ system: 'orders', ...target }, force)
  await fleet.close()
  await expect(fleet.stop({ system: 'again', ...target })).rejects.toMatchObject(closed)
  await expect(orders.stop(target)).rejects.toMatchObject(closed)
  await expect(images.stop({ functionUrn: ids.urn, requestId: ids.uuid })).rejects.toMatchObject(closed)
  await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 1_000 })
})

test("a dispatcher of the caller's is not closed", async () => {
  await using server = await startCounting()
  const dispatcher = new Agent()
  const system = restate({ baseUrl: server.url, api: 'patch', dispatcher })
  await system.stop(target, force)
  await system.close()
  await expect(system.stop(target)).rejects.toMatchObject(closed)
  expect([dispatcher.closed, dispatcher.destroyed]).toEqual([false, false])
  expect(await restate({ baseUrl: server.url, api: 'patch', dispatcher }).stop(target, force)).toMatchObject({
    outcome: 'stopped',
  })
  await dispatcher.close()
})

describe('a runtime without `await using`', () => {
  test('has close() all the same', async () => {
    vi.stubGlobal('Symbol', Object.create(Symbol, { asyncDispose: { value: undefined } }))
    const made = closable(async () => {})
    vi.unstubAllGlobals()
    expect(Reflect.ownKeys(made)).toEqual(['close'])
  })
})

test('a fleet with a double that cannot be closed is closed all the same', async () => {
  await using server = await startCounting()
  const orders = restate({ baseUrl: server.url, api: 'patch' })
  const { close: _, ...double } = restate({ baseUrl: server.url }).named('double')
  const fleet = allstop({ orders, double: { ...double, named: () => double } as never })
  await fleet.close()
  await expect(orders.stop(target)).rejects.toMatchObject(closed)
})
