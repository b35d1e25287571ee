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
  return new Attempt(timeoutMs, callers)
}

// A class: an object literal with a getter gets a shape of its own each time, which V8 keeps until its next full collection.
class Attempt implements AttemptSignal {
  // Not listeners of a signal: each step of each request would add one and take it away, which is slow.
  readonly #listeners = new Set<() => void>()
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #forget: (() => void)[] = []
  #controller: AbortController | undefined
  #why: AttemptEnd | undefined

  constructor(timeoutMs: number, callers: readonly (AbortSignal | undefined)[]) {
    this.#timer = setTimeout(() => this.#end('timeout'), timeoutMs)
    for (const signal of callers) {
      if (signal === undefined) continue
      this.#forget.push(onAbort(signal, () => this.#end('aborted')))
      if (signal.aborted) this.#end('aborted')
    }
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#why !== undefined) this.#controller.abort()
    }
    return this.#controller.signal
  }

  ended(): AttemptEnd | undefined {
    return this.#why
  }

  onEnd(listener: () => void): void {
    if (this.#why === undefined) this.#listeners.add(listener)
    else listener()
  }

  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Ended())
      this.onEnd(stop)
      // Not `finally`, which makes two more promises.
      promise.then(
        (value) => {
          this.#listeners.delete(stop)
          resolve(value)
        },
        (thrown) => {
          this.#listeners.delete(stop)
          reject(thrown)
        },
      )
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const each of this.#forget) each()
  }

  #end(reason: AttemptEnd): void {
    if (this.#why !== undefined) return
    this.#why = reason
    this.#controller?.abort()
    for (const listener of this.#listeners) listener()
  }
}

/** What {@link AttemptSignal.race} rejects with at the end. */
class Ended extends Error {
  override readonly name = 'AbortError'
}
