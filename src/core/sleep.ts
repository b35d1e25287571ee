/** Waits; says whether the time has passed or the signal ended it. Leaves neither timer nor listener behind. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<'slept' | 'aborted'> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve('aborted')
    const end = (how: 'slept' | 'aborted'): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(how)
    }
    const onAbort = (): void => end('aborted')
    const timer = setTimeout(() => end('slept'), ms)
    signal?.addEventListener('abort', onAbort)
  })
}
