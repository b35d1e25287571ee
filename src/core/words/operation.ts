/** An operation of a system's API: what decides whether it may be sent again. */
export interface Operation {
  /** The operationId of the spec. */
  readonly id: string
  /**
   * The effect of the operation, which decides when it may be sent again:
   * - `none`: it only reads.
   * - `repeatable`: it changes something, and a repeat is harmless.
   * - `once`: a repeat can do harm. It is sent again only if the first try did not arrive.
   */
  readonly effect: 'none' | 'repeatable' | 'once'
  /** The statuses of temporary failures: a gateway or system that is overloaded, restarting or too slow. */
  readonly passing: ReadonlySet<number>
}

/** 429 is not in this list. A throttled request was not executed, so it may be retried for every operation. */
const usuallyPassing: readonly number[] = [408, 502, 503, 504]

/** Whether a repeat is harmless. */
export function isRepeatable({ effect }: Operation): boolean {
  return effect === 'repeatable'
}

/** Declares an operation. `passing` replaces the usual statuses, if the system's documentation says so. */
export function operation(
  id: string,
  effect: Operation['effect'],
  passing: readonly number[] = usuallyPassing,
): Operation {
  return { id, effect, passing: new Set(passing) }
}
