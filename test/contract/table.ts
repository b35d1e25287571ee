/** What every system's contract says: how its operations are called, and what each documented answer means. */
import type { Fetch, Outcome, Phase, PurgeReceipt, Receipt, Status, StopErrorCode } from 'allstop'

/** A row is asked once, and not for long. */
export const once = { retry: false, attemptTimeoutMs: 3_000 } as const

/** What a facade call makes of an answer: a receipt, a status, or an error. */
export type Meaning =
  | { readonly outcome: Outcome; readonly phase: Phase; readonly native?: string }
  | { readonly phase: Phase; readonly native?: string }
  | { readonly outcome: PurgeReceipt['outcome'] }
  | { readonly code: StopErrorCode; readonly ambiguous?: true; readonly providerCode?: string }

export interface OperationContract {
  /** A valid request through the typed client. It must resolve whatever the status. */
  client(
    baseUrl: string,
    fetch: Fetch,
  ): Promise<{ readonly response: Response; readonly data?: unknown; readonly error?: unknown }>
  /** The facade call that sends this operation, if the facade uses it. */
  readonly facade?: {
    call(baseUrl: string, fetch: Fetch): Promise<Receipt | Status | PurgeReceipt>
    /** Rows by key (`404 unknownInvocation`); every row of the spec must be here. */
    readonly means: Readonly<Record<string, Meaning>>
    /** Which example the other operations of the same call are answered with. */
    readonly besideAll?: Readonly<Record<string, string>>
    /** The same for single rows, by row key. */
    readonly beside?: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}
