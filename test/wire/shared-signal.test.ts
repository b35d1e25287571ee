/** One long-lived signal over many stops: no warning, no listener that stays, no growth. */
import { getEventListeners } from 'node:events'
import { restate } from 'allstop'
import { expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

test('a thousand stops, fifty at a time, share one listener', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => warnings.push(warning)
  process.on('warning', warned)
  await using server = await startRecorder()
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const { signal } = new AbortController()
  const one = () => system.stop({ invocationId: ids.restate }, { signal, ifStopping: 'repeat' })
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, one))
  // Warnings are emitted in a turn of their own.
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.off('warning', warned)
  expect(warnings).toEqual([])
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  expect(server.requests).toHaveLength(1000)
})

test('and its abort ends all that are under way', async () => {
  await using server = await startRecorder(() => ({ raw: () => {} }))
  const system = restate({ baseUrl: server.url, api: 'patch' })
  const controller = new AbortController()
  const stops = Array.from({ length: 30 }, () =>
    system
      .stop({ invocationId: ids.restate }, { signal: controller.signal, ifStopping: 'repeat' })
      .catch((error: { code: string }) => error.code),
  )
  while (server.requests.length < 30) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort()
  expect(new Set(await Promise.all(stops))).toEqual(new Set(['aborted']))
})
