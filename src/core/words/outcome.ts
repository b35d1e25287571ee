/**
 * What is known after a stop. It never says more than the system said.
 *
 * - `accepted`: the system accepted the request; nothing more is known. The work may still run.
 * - `stopped`: verified: the work ended because it was stopped.
 * - `already-ended`: the work had ended before the request arrived. With the warning `earlier-try-unanswered`, this is
 *   about the request that was answered; an earlier try may have ended the work.
 * - `ended-anyway`: the system says that the work finished by itself although it was asked to stop.
 * - `ended-unexplained`: the work ended after it was asked to stop, and the system does not say why.
 * - `gone`: the system has no record of the work, in one of these cases: the call has `ifMissing: 'accept'`; the record
 *   was seen before; or an earlier try of the stop got no answer (`earlier-try-unanswered`). In all other cases a missing
 *   record is the error `not_found`.
 */
export type Outcome = 'accepted' | 'stopped' | 'already-ended' | 'ended-anyway' | 'ended-unexplained' | 'gone'
