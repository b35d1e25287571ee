/** Restate's version is asked once for all who stop at the same time, and none of them waits longer than it wants to. */
import type { ServerResponse } from 'node:http'
import { restate } from 'allstop'
import { expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const invocation = { invocationId: ids.restate }

/** A server that holds back its version until it is told to give it. */
async function holding() {
  const held: ServerResponse[] = []
  let closed = 0
  const server = await startRecorder(({ path }) => {
    if (path !== '/version') return { status: 202 }
    return {
      raw: (_, response) => {
        held.push(response)
        response.on('close', () => {
          if (!response.writableEnded) closed += 1
        })
      },
    }
  })
  const give = (body: object = { version: '1.7.12' }, status = 200) => {
    for (const response of held.splice(0)) {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  }
  const asked = async (times: number) => {
    const versions = () => server.requests.filter(({ path }) => path === '/version').length
    while (versions() < times) await new Promise((resolve) => setTimeout(resolve, 5))
    return versions()
  }
  const abandoned = async () => {
    while (closed === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { server, give, asked, abandoned, [Symbol.asyncDispose]: () => server.close() }
}

test('ten at once ask once; later ones not at all', async () => {
  await using it = await holding()
  const system = restate({ baseUrl: it.server.url })
  const ten = Promise.all(Array.from({ length: 10 }, () => system.stop(invocation, { ifStopping: 'repeat' })))
  await it.asked(1)
  it.give()
  expect((await ten).map(({ outcome }) => outcome)).toEqual(Array(10).fill('accepted'))
  await system.stop(invocation, { ifStopping: 'repeat' })
  expect(await it.asked(1)).toBe(1)
})

/** Lets nothing else run, as a busy machine does. */
function holdUp(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test.each([
  ['one who gives up does not end it for the others', 0],
  ['nor does one whose time is up before the question has even arrived', 100],
])('%s', async (_, heldUpMs) => {
  await using it = await holding()
  const system = restate({ baseUrl: it.server.url })
  const controller = new AbortController()
  // Whoever gives up may do so before anything else happens here: the failures must be expected from the start.
  const impatient = expect(
    system.stop(invocation, { ifStopping: 'repeat', signal: controller.signal }),
  ).rejects.toMatchObject({
    code: 'aborted',
    operation: 'getVersion',
    ambiguous: false,
  })
  const hurried = expect(system.stop(invocation, { ifStopping: 'repeat', timeoutMs: 30 })).rejects.toMatchObject({
    code: 'deadline_exceeded',
    operation: 'getVersion',
    ambiguous: false,
  })
  const patient = system.stop(invocation, { ifStopping: 'repeat' })
  holdUp(heldUpMs)
  await it.asked(1)
  controller.abort()
  await impatient
  await hurried
  it.give()
  expect(await patient).toMatchObject({ outcome: 'accepted' })
  expect(await it.asked(1)).toBe(1)
})

test('when nobody waits any more the question is dropped, and the next one asks anew', async () => {
  await using it = await holding()
  const system = restate({ baseUrl: it.server.url })
  const controller = new AbortController()
  const only = system.stop(invocation, { ifStopping: 'repeat', signal: controller.signal })
  await it.asked(1)
  controller.abort()
  await expect(only).rejects.toMatchObject({ code: 'aborted' })
  const next = system.stop(invocation, { ifStopping: 'repeat' })
  await it.abandoned()
  await it.asked(2)
  it.give()
  expect(await next).toMatchObject({ outcome: 'accepted' })
})

test('a failure is not remembered', async () => {
  await using it = await holding()
  const system = restate({ baseUrl: it.server.url, retry: false })
  const first = system.stop(invocation, { ifStopping: 'repeat' })
  await it.asked(1)
  it.give({ message: 'starting', restate_code: null }, 503)
  await expect(first).rejects.toMatchObject({ code: 'unavailable', operation: 'getVersion' })
  const second = system.stop(invocation, { ifStopping: 'repeat' })
  await it.asked(2)
  it.give()
  expect(await second).toMatchObject({ outcome: 'accepted' })
})
