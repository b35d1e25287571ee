import { startAttemptSignal } from './attempt-signal.js'
import { isStopError, type StopError } from './error.js'
import { once } from './once.js'

/** A token and when it ends to be valid. */
interface Token {
  readonly token: string
  /** @default unknown: it is kept for `keepMs` */
  readonly expiresAt?: Date | undefined
}

/** How a token is fetched and kept. All times are milliseconds. */
export interface TokenCacheOptions {
  /**
   * Asks for a token. It serves many callers, so no caller's signal ends it, but a time-out of its own, or `abandoned`,
   * which fires when none of them waits any more.
   */
  readonly fetchToken: (abandoned: AbortSignal, now: () => number) => Promise<Token>
  /** How long before its end a token is no longer used; at most half of its life. */
  readonly refreshBeforeMs: number
  /** How long a token is kept whose end is not known, or lies in the past of this clock. */
  readonly keepMs: number
  /** The time of day, which the ends of tokens are compared with. */
  readonly clock: (() => Date) | undefined
}

/**
 * How long a refusal (401, 403, 400) is given again without asking: wrong passwords lock accounts. It is measured on the
 * monotonic clock, so that a time of day that is set back or forward makes it neither longer nor shorter.
 */
const refusedForMs = 5_000

/** Gives a token to many callers at once with as few requests as there can be. */
export interface TokenCache {
  /** The token that is valid now. Waits no longer than the caller's own signal allows. */
  get(signal: AbortSignal, now?: () => number): Promise<string>
  /** Forgets a token that a system did not accept; the next caller fetches a new one. */
  drop(token: string | undefined): void
}

/** Makes a cache for one credential. */
export function tokenCache({ fetchToken, refreshBeforeMs, keepMs, clock }: TokenCacheOptions): TokenCache {
  let kept: { readonly token: string; readonly until: number } | undefined
  let refused: { readonly error: StopError; readonly until: number } | undefined
  let share = once<string>()

  async function refresh(abandoned: AbortSignal, now: () => number): Promise<string> {
    try {
      const { token, expiresAt } = await fetchToken(abandoned, now)
      // Too late: others may have asked anew meanwhile, and theirs counts.
      if (abandoned.aborted) return token
      const fetchedAt = now()
      const livesMs = (expiresAt?.getTime() ?? fetchedAt) - fetchedAt
      // A fresh token that seems to have ended: the clocks differ. It is kept until a system says no. And a token that
      // lives shorter than the margin would be asked for anew by every call.
      const keptMs = livesMs > 0 ? Math.max(livesMs - refreshBeforeMs, livesMs / 2) : keepMs
      kept = { token, until: fetchedAt + keptMs }
      refused = undefined
      // This one remembers its token for ever; whoever comes when that has ended asks with another.
      share = once()
      return token
    } catch (thrown) {
      if (!abandoned.aborted && isRefusal(thrown)) {
        refused = { error: thrown, until: performance.now() + refusedForMs }
      }
      throw thrown
    }
  }

  return {
    get: async (signal, systemTime = Date.now) => {
      const now = clock === undefined ? systemTime : () => clock().getTime()
      if (kept !== undefined && now() < kept.until) return kept.token
      if (refused !== undefined && performance.now() < refused.until) throw refused.error
      // For a caller who has given up already nothing is asked.
      signal.throwIfAborted()
      // The caller may give up; the others go on waiting for the same token.
      const waiting = startAttemptSignal(longestWaitMs, [signal])
      return share(
        (abandoned) => refresh(abandoned, now),
        (token) => waiting.race(token),
      ).finally(waiting.close)
    },
    drop: (token) => {
      if (kept?.token === token) kept = undefined
    },
  }
}

/** The caller's signal ends the wait in time; this is only so that a timer has a number. */
const longestWaitMs = 2_147_483_647

function isRefusal(thrown: unknown): thrown is StopError {
  return isStopError(thrown) && ['unauthenticated', 'permission_denied', 'invalid_argument'].includes(thrown.code)
}
