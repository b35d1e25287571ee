/** What every system's contract says: how its operations are called, and what each documented answer means. */
import type { Fetch, Outcome, Phase, PurgeReceipt, Receipt, Status, StopErrorCode, Times } from 'allstop'

/** A row is asked once, and not for long. */
export const onlyOneTry = { retry: false, attemptTimeoutMs: 3_000 } as const

/** What is said beside the phase: `native` always counts, `why` is compared where a row gives it. */
interface Beside {
  readonly native?: string
  readonly why?: string
}

/** What a facade call makes of an answer: a receipt, a status, or an error. */
export type Meaning =
  | ({ readonly outcome: Outcome; readonly phase: Phase } & Beside)
  /** The times of the work are in ISO 8601, and all that are known. */
  | ({ readonly phase: Phase; readonly times?: Readonly<Partial<Record<keyof Times, string>>> } & Beside)
  | { readonly outcome: PurgeReceipt['outcome'] }
  | {
      readonly code: StopErrorCode
      readonly ambiguous?: true
      readonly providerCode?: string
      readonly retryAfterMs?: number
    }

export interface OperationContract {
  /** A valid request through the typed client; without `fetch`, over undici. It must resolve whatever the status. */
  client(
    baseUrl: string,
    fetch?: Fetch,
  ): Promise<{ readonly response: Response; readonly data?: unknown; readonly error?: unknown }>
  /** The facade call that sends this operation, if the facade uses it. */
  readonly facade?: {
    call(baseUrl: string, fetch: Fetch): Promise<Receipt | Status | PurgeReceipt>
    /** Rows by key (`404 unknownInvocation`); every row of the spec must be here. */
    readonly means: Readonly<Record<string, Meaning>>
    /**
     * Headers that the answers of single rows have, by row key, where the spec says only that there may be some: those
     * that it documents are sent anyway.
     */
    readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>
    /** Which example the other operations of the same call are answered with. */
    readonly besideAll?: Readonly<Record<string, string>>
    /** The same for single rows, by row key. */
    readonly beside?: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}
