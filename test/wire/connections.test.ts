/** How many connections there are, how long they last, and that a request over a bad one is never sent twice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { functionGraph, isStopError, restate } from 'allstop'
import { describe, expect, test, vi } from 'vitest'
import { accepted, startCounting } from '../support/sockets.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }
const call = { functionUrn: ids.urn, requestId: ids.uuid }
/** One request, which may be repeated. */
const force = { mode: 'force', retry: false } as const

const errorOf = async (stop: Promise<unknown>) => {
  const error = await stop.catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error(`no error: ${String(error)}`)
  return error
}

/** A server that keeps its answers until it is told to go on. */
async function holding() {
  const held: [IncomingMessage, ServerResponse][] = []
  let isHeld = true
  const server = await startCounting((request, response) => {
    if (isHeld) held.push([request, response])
    else accepted(request, response, 0)
  })
  const release = () => {
    isHeld = false
    for (const [request, response] of held) accepted(request, response, 0)
  }
  return Object.assign(server, { release })
}

describe('the most connections at a time', () => {
  test.each([
    [64, {}],
    [3, { connections: 3 }],
    [1, { connections: 1 }],
  ])('%i: further stops wait, and are sent then', async (most, options) => {
    await using server = await holding()
    await using system = restate({ baseUrl: server.url, api: 'patch', ...options })
    const stops = Array.from({ length: most + 5 }, () => system.stop(target, force))
    await vi.waitFor(() => expect(server.asked).toHaveLength(most))
    // Time in which one more would come.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([server.asked.length, server.most()]).toEqual([most, most])
    server.release()
    for (const receipt of await Promise.all(stops)) expect(receipt).toMatchObject({ outcome: 'stopped', attempts: 1 })
    expect([server.asked.length, server.most()]).toEqual([most + 5, most])
  })

  test('no connection is made for stops that have given up waiting', async () => {
    await using server = await holding()
    await using system = restate({ baseUrl: server.url, api: 'patch', connections: 2 })
    const stops = Array.from({ length: 20 }, () => errorOf(system.stop(target, { ...force, attemptTimeoutMs: 300 })))
    const errors = await Promise.all(stops)
    expect(errors.filter(({ ambiguous }) => ambiguous)).toHaveLength(2)
    server.release()
    await Promise.all([system.stop(target, force), system.stop(target, force), system.stop(target, force)])
    expect(server.asked).toHaveLength(5)
    // Two whose answer did not come are closed; two more carry the rest. Some may be made while the times end.
    expect(server.sockets.length).toBeLessThanOrEqual(8)
  })

  test.each(['its time', 'its signal'])(
    'a stop that %s ends while it waits was not sent, then or later',
    async (what) => {
      await using server = await holding()
      await using system = functionGraph({ baseUrl: server.url, connections: 1 })
      const options = { retry: false, timeoutMs: 5_000 } as const
      const first = system.stop(call, options)
      await vi.waitFor(() => expect(server.asked).toHaveLength(1))
      const own = what === 'its time' ? { attemptTimeoutMs: 60 } : { signal: AbortSignal.timeout(60) }
      const error = await errorOf(system.stop({ ...call, requestId: 'second' }, { ...options, ...own }))
      const code = what === 'its time' ? 'deadline_exceeded' : 'aborted'
      expect(error).toMatchObject({ code, ambiguous: false })
      expect(error.message).toMatch(
        what === 'its time'
          ? /no connection within 60 ms to 127\.0\.0\.1:\d+, while asking POST /
          : /aborted by the caller's signal while it waited for a connection, while asking POST /,
      )
      server.release()
      expect(await first).toMatchObject({ outcome: 'accepted' })
      await system.stop({ ...call, requestId: 'third' }, options)
      expect(server.asked).toHaveLength(2)
    },
  )

  test('a stop that may be repeated gets its turn by a further try', async () => {
    await using server = await holding()
    await using system = functionGraph({ baseUrl: server.url, connections: 1 })
    const first = system.stop(call, { retry: false })
    await vi.waitFor(() => expect(server.asked).toHaveLength(1))
    setTimeout(server.release, 150)
    // Harmful, but it was not sent before.
    const second = system.stop(call, { attemptTimeoutMs: 60, retry: { attempts: 20, minDelayMs: 5, maxDelayMs: 5 } })
    expect(await second).toMatchObject({ outcome: 'accepted' })
    await first
    expect(server.asked).toHaveLength(2)
  })

  test('those that wait are told when nobody listens any more', async () => {
    const server = await startCounting()
    await server[Symbol.asyncDispose]()
    const system = restate({ baseUrl: server.url, api: 'patch', connections: 1 })
    const errors = await Promise.all(Array.from({ length: 4 }, () => errorOf(system.stop(target, force))))
    for (const error of errors) expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
  })
})

describe('a connection', () => {
  test('is used again', async () => {
    await using server = await startCounting()
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    for (let nth = 0; nth < 5; nth += 1) await system.stop(target, force)
    expect(server.asked).toHaveLength(5)
    // undici rests one for a turn of the event loop, lest the server close it after all; meanwhile there is another.
    expect(server.sockets.length).toBeLessThanOrEqual(2)
  })

  test('that is idle is closed when the server says', async () => {
    const hinted = (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=3' }).end()
    await using server = await startCounting(hinted)
    const system = restate({ baseUrl: server.url, api: 'patch' })
    await system.stop(target, force)
    expect(server.open()).toBe(1)
    // A second and some earlier, so that no stop is sent over one that is being closed.
    await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 4_000, interval: 50 })
  })

  test('that is idle is closed after four seconds where the server does not say', async () => {
    const silent = (_: IncomingMessage, response: ServerResponse) => {
      response.shouldKeepAlive = true
      response.setHeader('connection', 'keep-alive')
      response.end()
    }
    await using server = await startCounting(silent)
    const system = restate({ baseUrl: server.url, api: 'patch' })
    await system.stop(target, force)
    await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 6_500, interval: 50 })
  })

  test.each(['ends', 'resets'])('that the server %s meanwhile is replaced, and nothing is sent twice', async (how) => {
    await using server = await startCounting()
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    for (let nth = 1; nth <= 4; nth += 1) {
      expect(await system.stop(target, force)).toMatchObject({ outcome: 'stopped', attempts: 1 })
      const socket = server.sockets.at(-1)
      if (how === 'ends') socket?.end()
      else socket?.resetAndDestroy()
      await vi.waitFor(() => expect(server.open()).toBe(0))
      // The other side hears of it a little later.
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect([server.asked.length, server.sockets.length]).toEqual([nth, nth])
    }
  })

  // undici would send a GET again that met a connection at its end; it must not decide that.
  describe.each([
    ['harmful', (baseUrl: string) => functionGraph({ baseUrl }).stop(call, { retry: false })],
    ['harmless', (baseUrl: string) => restate({ baseUrl, api: 'patch' }).stop(target, force)],
    ['a read', (baseUrl: string) => functionGraph({ baseUrl }).read(call, { retry: false })],
  ])('%s', (name, act) => {
    test.each(['reset', 'closed'])('that is %s after the request was read: it arrives once', async (how) => {
      await using server = await startCounting((request) => {
        if (how === 'reset') request.socket.resetAndDestroy()
        else request.socket.end()
      })
      const error = await errorOf(act(server.url))
      expect(error).toMatchObject({ code: 'unavailable', attempts: 1, ambiguous: name !== 'a read' })
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(server.asked).toHaveLength(1)
    })
  })

  test.each(['harmful', 'harmless'])(
    '%s: kept, and reset when the next request was read: it arrives once',
    async (name) => {
      await using server = await startCounting((request, response, nth) =>
        nth === 0 ? response.writeHead(200).end() : request.socket.resetAndDestroy(),
      )
      const options = { baseUrl: server.url, connections: 1, retry: false } as const
      const [graph, orders] = [functionGraph(options), restate({ ...options, api: 'patch' })]
      const stop = () => (name === 'harmful' ? graph.stop(call) : orders.stop(target, force))
      await stop()
      expect(await errorOf(stop())).toMatchObject({ code: 'unavailable', attempts: 1, ambiguous: true })
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect([server.asked.length, server.sockets.length]).toEqual([2, 1])
    },
  )
})

describe('a process', () => {
  /** Runs a program that prints; its code, and how long it lived after its last line. */
  async function lived(program: string): Promise<{ line: string; afterMs: number; code: unknown }> {
    const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
    const text = `import { restate } from ${JSON.stringify(entry)}\nconst target = ${JSON.stringify(target)}\n${program}`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    })
    let line = ''
    let at = 0
    child.stdout.on('data', (chunk) => {
      line += String(chunk)
      at = performance.now()
    })
    const [code] = (await once(child, 'exit')) as [unknown]
    return { line: line.trim(), afterMs: performance.now() - at, code }
  }

  const ended = `.then((r) => console.log(r.outcome), (e) => console.log(e.code, e.ambiguous))`

  test('that has stopped something ends by itself, though the connection is kept', async () => {
    await using server = await startCounting()
    const system = `restate({ baseUrl: '${server.url}', api: 'patch' })`
    const { line, afterMs, code } = await lived(`await ${system}.stop(target, { mode: 'force' })${ended}`)
    expect([line, code]).toEqual(['stopped', 0])
    // Not the four seconds of an idle connection.
    expect(afterMs).toBeLessThan(2_500)
  })

  test('ends by itself when its stop was ended, though the server hangs', async () => {
    await using server = await startCounting(() => {})
    const system = `restate({ baseUrl: '${server.url}', api: 'patch', attemptTimeoutMs: 300, retry: false })`
    const { line, afterMs, code } = await lived(`await ${system}.stop(target, { mode: 'force' })${ended}`)
    expect([line, code]).toEqual(['deadline_exceeded true', 0])
    expect(afterMs).toBeLessThan(2_500)
  })

  test('ends by itself when its stop was ended while it still connected', async () => {
    // It takes the connection, and never says a word of TLS.
    const mute = createServer(() => {}).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const address = mute.address() as { port: number }
    const baseUrl = `https://127.0.0.1:${address.port}`
    const system = `restate({ baseUrl: '${baseUrl}', api: 'patch', attemptTimeoutMs: 300, retry: false })`
    const { line, afterMs, code } = await lived(`await ${system}.stop(target, { mode: 'force' })${ended}`)
    mute.close()
    expect([line, code]).toEqual(['deadline_exceeded false', 0])
    // Not the ten seconds that connecting may take.
    expect(afterMs).toBeLessThan(5_000)
  })
})
