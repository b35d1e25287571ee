import { onAbort } from './on-abort.js'

/** What ended an attempt early. */
type AttemptEnd = 'timeout' | 'aborted'

/** The signal of one attempt: it fires when its time is up or when one of the caller's signals does. */
export interface AttemptSignal {
  readonly signal: AbortSignal
  /** Why the signal fired; undefined while it has not. */
  ended(): AttemptEnd | undefined
  /** Settles as `promise` does, or rejects as soon as the signal fires, whatever `promise` does. */
  race<T>(promise: Promise<T>): Promise<T>
  /** Takes the timer and every listener away. Must be called, or a long-lived signal collects listeners. */
  close(): void
}

/**
 * Links a timer and the caller's signals by hand: `AbortSignal.any` keeps memory for each call on Node 20 and 22, and a
 * signal handed straight to fetch warns of too many listeners.
 */
export function startAttemptSignal(timeoutMs: number, callers: readonly (AbortSignal | undefined)[]): AttemptSignal {
  const controller = new AbortController()
  const signals = callers.filter((signal) => signal !== undefined)
  // Not listeners of the signal: each step of each request would add one and take it away, which is slow.
  const racing = new Set<() => void>()
  let why: AttemptEnd | undefined
  const end = (reason: AttemptEnd): void => {
    if (why !== undefined) return
    why = reason
    controller.abort()
    for (const stop of racing) stop()
  }
  const timer = setTimeout(() => end('timeout'), timeoutMs)
  const forget = signals.map((signal) => onAbort(signal, () => end('aborted')))
  if (signals.some((signal) => signal.aborted)) end('aborted')

  return {
    signal: controller.signal,
    ended: () => why,
    race: (promise) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(controller.signal.reason)
        if (why === undefined) racing.add(stop)
        else stop()
        promise.then(resolve, reject).finally(() => racing.delete(stop))
      }),
    close: () => {
      clearTimeout(timer)
      for (const each of forget) each()
    },
  }
}
