/** For each signal, those who want to know; the signal itself has one listener for all of them. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `callback` when the signal fires; the function returned takes it back. Many stops under one signal are the
 * ordinary case, and Node.js warns of a leak at the eleventh listener: so they share one.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = waiting.get(signal)
  if (callbacks === undefined) {
    const all = new Set<() => void>()
    signal.addEventListener('abort', () => {
      for (const each of [...all]) each()
    })
    waiting.set(signal, all)
    callbacks = all
  }
  callbacks.add(callback)
  return () => callbacks.delete(callback)
}
