/** Vitest's fake timers, and promises that are run on them: time jumps from timer to timer until the promise settles. */
import { afterEach, beforeEach, vi } from 'vitest'

// Streams of undici settle in real turns of the event loop, so some are given between the jumps.
const { setImmediate: realTurn } = globalThis

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => realTurn(resolve))
}

/** Every test of the file begins at the same moment, on fake timers. */
export function useVirtualClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}

/** Settles as `work` does. Fails when nothing is left that could wake it, or when it outlives `longestMs`. */
export async function onVirtualClock<T>(work: () => Promise<T>, longestMs: number = 24 * 3_600_000): Promise<T> {
  const began = Date.now()
  let settled = false
  const result = work().finally(() => {
    settled = true
  })
  result.catch(() => {})
  await turns(2)
  for (let idle = 0; !settled; ) {
    if (vi.getTimerCount() === 0) {
      idle += 1
      if (idle > 200) throw new Error('it hangs: no timer is left')
      await turns(1)
      continue
    }
    idle = 0
    if (Date.now() - began > longestMs) throw new Error(`it hangs: ${longestMs} ms have passed`)
    await vi.advanceTimersToNextTimerAsync()
    await turns(2)
  }
  return result
}
