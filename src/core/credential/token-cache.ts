import { startAttemptSignal } from '../time/attempt-signal.js'
import { shared } from '../time/shared.js'
import { isStopError, type StopError } from '../words/error.js'

/** A token and the time when it expires. */
interface Token {
  readonly token: string
  /** @default unknown: it is kept for `keepMs` */
  readonly expiresAt?: Date | undefined
}

/** How a token is fetched and kept. All times are milliseconds. */
export interface TokenCacheOptions {
  /**
   * Requests a token. It serves many callers, so no single caller's signal ends it. Its own time-out ends it, or
   * `abandoned`, which fires when no caller waits any more.
   */
  readonly fetchToken: (abandoned: AbortSignal, now: () => number) => Promise<Token>
  /** How long before its expiry a token is no longer used; at most half of its lifetime. */
  readonly refreshBeforeMs: number
  /** How long a token is kept if its expiry is not known, or is in the past on this clock. */
  readonly keepMs: number
  /** The time of day, for comparison with the expiry of tokens. */
  readonly clock: (() => Date) | undefined
}

/**
 * How long a refusal (401, 403, 400) is returned again without a new request, because wrong passwords lock accounts. It
 * uses the monotonic clock, so a change of the system time does not affect it.
 */
const refusedForMs = 5_000

/** Shares a token among many callers with as few requests as possible. */
export interface TokenCache {
  /** Returns the valid token. The caller's signal ends the wait. */
  get(signal: AbortSignal, now?: () => number): Promise<string>
  /** Drops a token that a system refused. The next caller requests a new one. */
  drop(token: string | undefined): void
}

/** Makes a cache for one credential. */
export function tokenCache({ fetchToken, refreshBeforeMs, keepMs, clock }: TokenCacheOptions): TokenCache {
  let kept: { readonly token: string; readonly until: number } | undefined
  let refused: { readonly error: StopError; readonly until: number } | undefined
  let share = shared<string>()

  async function refresh(abandoned: AbortSignal, now: () => number): Promise<string> {
    try {
      const { token, expiresAt } = await fetchToken(abandoned, now)
      // Too late: another caller may have requested a newer token, and that one counts.
      if (abandoned.aborted) return token
      const fetchedAt = now()
      const livesMs = (expiresAt?.getTime() ?? fetchedAt) - fetchedAt
      // A new token that seems to be expired means that the clocks differ. It is kept until a system refuses it. A token
      // with a lifetime shorter than the margin would be requested again by every call.
      const keptMs = livesMs > 0 ? Math.max(livesMs - refreshBeforeMs, livesMs / 2) : keepMs
      kept = { token, until: fetchedAt + keptMs }
      refused = undefined
      // `once` caches its token for ever. After the token has expired, a new `once` requests the next one.
      share = shared()
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
      // No request for a caller whose signal has already fired.
      signal.throwIfAborted()
      // This caller may stop waiting; the others still wait for the same token.
      const waiting = startAttemptSignal(longestWaitMs, [signal])
      return share(
        (abandoned) => refresh(abandoned, now),
        (token) => waiting.race(token),
      ).finally(() => waiting.close())
    },
    drop: (token) => {
      if (kept?.token === token) kept = undefined
    },
  }
}

/** The caller's signal ends the wait. This number only satisfies the timer. */
const longestWaitMs = 2_147_483_647

function isRefusal(thrown: unknown): thrown is StopError {
  return isStopError(thrown) && ['unauthenticated', 'permission_denied', 'invalid_argument'].includes(thrown.code)
}
