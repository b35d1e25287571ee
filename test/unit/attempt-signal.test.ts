/** The signal of an attempt ends every step that is under way, and none of them listens to it. */
import { afterEach, expect, test, vi } from 'vitest'
import { startAttemptSignal } from '../../src/core/time/attempt-signal.js'

afterEach(() => void vi.restoreAllMocks())

const never = new Promise<never>(() => {})

test('a step that settles in time settles as it does, without a listener', async () => {
  const attempt = startAttemptSignal(60_000, [])
  const listening = vi.spyOn(attempt.signal, 'addEventListener')
  expect(await attempt.race(Promise.resolve(1))).toBe(1)
  await expect(attempt.race(Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(listening).not.toHaveBeenCalled()
  attempt.close()
})

test('all steps under way end when a caller aborts, and so does each later one', async () => {
  const caller = new AbortController()
  const attempt = startAttemptSignal(60_000, [caller.signal])
  const steps = [attempt.race(never), attempt.race(never)]
  const done = await attempt.race(Promise.resolve('done'))
  caller.abort()
  expect(attempt.ended()).toBe('aborted')
  for (const step of [...steps, attempt.race(never), attempt.race(Promise.resolve('late'))]) {
    await expect(step).rejects.toMatchObject({ name: 'AbortError' })
  }
  expect(done).toBe('done')
  attempt.close()
})

test('they end when the time is up, and what a step throws later is of no concern', async () => {
  const attempt = startAttemptSignal(1, [])
  let fail = (_: Error): void => {}
  const step = attempt.race(
    new Promise((_, reject) => {
      fail = reject
    }),
  )
  await expect(step).rejects.toMatchObject({ name: 'AbortError' })
  expect(attempt.ended()).toBe('timeout')
  fail(new Error('late'))
  attempt.close()
})

test('a signal that is asked for after the end has fired', () => {
  const caller = new AbortController()
  const attempt = startAttemptSignal(60_000, [caller.signal])
  caller.abort()
  expect(attempt.signal.aborted).toBe(true)
  attempt.close()
})
