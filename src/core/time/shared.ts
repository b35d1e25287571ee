/** Runs a task for all callers at the same time. */
export type Share<T> = (
  /** Starts the task. Its signal fires when no caller waits for the result any more. */
  work: (abandoned: AbortSignal) => Promise<T>,
  /** How this caller waits for the result. It may stop waiting early. */
  wait: (result: Promise<T>) => Promise<T>,
) => Promise<T>

/**
 * Shares one task among all callers at the same time, and caches its result. A failure is not cached, so the next caller
 * starts the task again. A caller that stops waiting does not end the task for the others; the last one does.
 */
export function shared<T>(): Share<T> {
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
