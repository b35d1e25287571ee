/// <reference lib="esnext.disposable" preserve="true" />

/** What can be closed, also by `await using`. */
export interface Closable extends AsyncDisposable {
  /**
   * Refuses further calls (`invalid_argument`), waits for those under way, and closes the connections. No work is stopped
   * and no call is ended by it. Nobody has to call it: idle connections are closed after 4 s, and never keep a process
   * alive. A `fetch` or `dispatcher` of your own is not closed.
   */
  close(): Promise<void>
}

/** The two functions of {@link Closable}. */
export function closable(close: () => Promise<void>): Closable {
  // A runtime without `await using` has no such symbol.
  const symbol = Symbol.asyncDispose as typeof Symbol.asyncDispose | undefined
  return { close, ...(symbol === undefined ? {} : { [symbol]: close }) } as Closable
}
