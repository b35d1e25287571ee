/**
 * What is known after a stop. It claims no more than the system said.
 *
 * - `accepted`: the system took the request; nothing more is known. The work may still run.
 * - `stopped`: verified: the work ended because it was stopped.
 * - `already-ended`: the work had ended before the request arrived. With the warning `earlier-try-unanswered` this is
 *   about the request that was answered; an earlier one may have ended the work.
 * - `ended-anyway`: the work finished by itself although it was asked to stop: the system says so.
 * - `ended-unexplained`: the work has ended since it was asked to stop, and nothing says why it did.
 * - `gone`: the system has no record of the work, and the caller said that this is good enough (`ifMissing: 'accept'`),
 *   or the record was seen before and has vanished, or a stop that was sent again after a try without an answer found
 *   none (`earlier-try-unanswered`). Without any of these it is the error `not_found`.
 */
export type Outcome = 'accepted' | 'stopped' | 'already-ended' | 'ended-anyway' | 'ended-unexplained' | 'gone'
