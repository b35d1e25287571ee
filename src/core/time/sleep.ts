import { onAbort } from './on-abort.js'

/** Waits; says whether the time has passed or the signal ended it. Leaves neither timer nor listener behind. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<'slept' | 'aborted'> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve('aborted')
    const end = (how: 'slept' | 'aborted'): void => {
      clearTimeout(timer)
      forget?.()
      resolve(how)
    }
    const timer = setTimeout(() => end('slept'), ms)
    const forget = signal === undefined ? undefined : onAbort(signal, () => end('aborted'))
  })
}
