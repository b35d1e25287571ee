/**
 * Shares one piece of work among all who ask at the same time, and remembers its result. A failure is not remembered:
 * the next who asks starts anew.
 */
export function once<T>(): (work: () => Promise<T>) => Promise<T> {
  let result: Promise<T> | undefined
  return (work) => {
    if (result === undefined) {
      const started = work()
      result = started
      started.catch(() => {
        result = undefined
      })
    }
    return result
  }
}
