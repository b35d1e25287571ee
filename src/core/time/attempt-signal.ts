import { onAbort } from './on-abort.js'

/** What ended an attempt early. */
type AttemptEnd = 'timeout' | 'aborted'

/** The end of one attempt: its time is up, or one of the caller's signals has fired. */
export interface AttemptSignal {
  /** Fires at the end. It is made when it is first asked for: most attempts need none. */
  readonly signal: AbortSignal
  /** Why the attempt has ended; undefined while it has not. */
  ended(): AttemptEnd | undefined
  /** Calls the listener at the end, or now if that has come. */
  onEnd(listener: () => void): void
  /** Settles as `promise` does, or rejects at the end, whatever `promise` does. */
  race<T>(promise: Promise<T>): Promise<T>
  /** Takes the timer and every listener away. Must be called, or a long-lived signal collects listeners. */
  close(): void
}

/**
 * Links a timer and the caller's signals by hand: `AbortSignal.any` keeps memory for each call on Node 20 and 22, and a
 * signal handed straight to fetch warns of too many listeners.
 */
export function startAttemptSignal(timeoutMs: number, callers: readonly (AbortSignal | undefined)[]): AttemptSignal {
  const signals = callers.filter((signal) => signal !== undefined)
  // Not listeners of a signal: each step of each request would add one and take it away, which is slow.
  const listeners = new Set<() => void>()
  let controller: AbortController | undefined
  let why: AttemptEnd | undefined
  const end = (reason: AttemptEnd): void => {
    if (why !== undefined) return
    why = reason
    controller?.abort()
    for (const listener of listeners) listener()
  }
  const timer = setTimeout(() => end('timeout'), timeoutMs)
  const forget = signals.map((signal) => onAbort(signal, () => end('aborted')))
  if (signals.some((signal) => signal.aborted)) end('aborted')
  const onEnd = (listener: () => void): void => {
    if (why === undefined) listeners.add(listener)
    else listener()
  }

  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController()
        if (why !== undefined) controller.abort()
      }
      return controller.signal
    },
    ended: () => why,
    onEnd,
    race: (promise) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(new Ended())
        onEnd(stop)
        // Not `finally`, which makes two more promises.
        promise.then(
          (value) => {
            listeners.delete(stop)
            resolve(value)
          },
          (thrown) => {
            listeners.delete(stop)
            reject(thrown)
          },
        )
      }),
    close: () => {
      clearTimeout(timer)
      for (const each of forget) each()
    },
  }
}

/** What {@link AttemptSignal.race} rejects with at the end. */
class Ended extends Error {
  override readonly name = 'AbortError'
}
