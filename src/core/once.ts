/** Does a piece of work once for all who ask. */
export type Once<T> = (
  /** Starts the work. Its signal fires when nobody waits for the result any more. */
  work: (abandoned: AbortSignal) => Promise<T>,
  /** How this caller waits: not longer than it wants to. */
  wait: (result: Promise<T>) => Promise<T>,
) => Promise<T>

/**
 * Shares one piece of work among all who ask at the same time, and remembers its result. A failure is not remembered:
 * the next who asks starts anew. One who gives up does not end the work for the others; the last one does.
 */
export function once<T>(): Once<T> {
  let result: Promise<T> | undefined
  let waiting = 0
  let abandon: (() => void) | undefined
  return async (work, wait) => {
    if (result === undefined) {
      const controller = new AbortController()
      abandon = () => controller.abort()
      const started = work(controller.signal)
      const forget = (): void => {
        if (result === started) result = undefined
      }
      started.then(() => {
        if (result === started) abandon = undefined
      }, forget)
      result = started
    }
    waiting += 1
    try {
      return await wait(result)
    } finally {
      waiting -= 1
      if (waiting === 0 && abandon !== undefined) {
        result = undefined
        abandon()
        abandon = undefined
      }
    }
  }
}
