/** A fake that meets trouble on the way, and errors that are ours. */
import { type Fetch, isStopError, type StopError } from 'allstop'
import { isRead } from '../is-read.js'
import { onVirtualClock } from '../virtual-clock.js'
import type { Fake } from './serve.js'
import { type Seen, watched } from './watched.js'

/** What fetch throws when a connection is lost, or was never made. */
export function lost(code = 'ECONNRESET'): never {
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(code), { code, syscall: code === 'ECONNREFUSED' ? 'connect' : 'read' }),
  })
}

export type Trouble = (request: Request, nth: number) => Response | Promise<Response | undefined> | undefined

/** A fake whose changing requests first meet what `trouble` says; what returns nothing goes through. */
export function troubled(fake: Fake, trouble: Trouble): { fetch: Fetch; changes: () => Seen[]; reads: () => Seen[] } {
  let nth = 0
  const read = ({ method, path }: Seen) => isRead({ method, url: path })
  const { fetch, seen } = watched(async (request) =>
    isRead(request) ? fake(request) : ((await trouble(request, nth++)) ?? fake(request)),
  )
  return { fetch, changes: () => seen.filter((one) => !read(one)), reads: () => seen.filter(read) }
}

/** The StopError that something ends with, on a virtual clock. */
export async function errorOf(work: () => Promise<unknown>): Promise<StopError> {
  const error = await onVirtualClock(work).then(
    (value) => new Error(`resolved: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!isStopError(error)) throw error
  return error
}
