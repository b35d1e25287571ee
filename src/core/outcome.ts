/**
 * What is known after a stop. It never says more than the system did.
 *
 * - `accepted`: the system took the request; nothing more is known. The work may still run.
 * - `stopped`: verified: the work ended because it was stopped.
 * - `already-ended`: the work had ended before the request came. With the warning `earlier-try-unanswered` that is the
 *   request that was answered, and an earlier one may be what ended it.
 * - `ended-anyway`: the work finished by itself although it was asked to stop: the system says so.
 * - `ended-unexplained`: the work has ended since it was asked to stop, and nothing says why it did.
 * - `gone`: the system has no record of the work, and the caller said that this is good enough (`ifMissing: 'accept'`),
 *   or it vanished after it had been seen, or a stop that was sent again after a try without an answer found none
 *   (`earlier-try-unanswered`). Where nothing was ever seen of it, that is the error `not_found`.
 */
export type Outcome = 'accepted' | 'stopped' | 'already-ended' | 'ended-anyway' | 'ended-unexplained' | 'gone'
