/** An operation of a system's API, as far as sending it goes. */
export interface Operation {
  /** The operationId of the spec. */
  readonly id: string
  /**
   * What sending it does, and so when it may be sent again:
   * - `none`: it reads.
   * - `repeatable`: it changes something, and a second time does no further harm.
   * - `once`: a second time does harm, so it is sent again only when the first is known not to have arrived.
   */
  readonly effect: 'none' | 'repeatable' | 'once'
  /** Answers that pass by themselves: a gateway or system that is overloaded, restarting or too slow. */
  readonly passing: ReadonlySet<number>
}

/** 429 is not among them: whoever throttles has not looked at the request, so that it may follow for every operation. */
const usuallyPassing: readonly number[] = [408, 502, 503, 504]

/** Whether a second time does no further harm. */
export function isRepeatable({ effect }: Operation): boolean {
  return effect === 'repeatable'
}

/** Declares an operation; `passing` where the system's own sheet says something else. */
export function operation(
  id: string,
  effect: Operation['effect'],
  passing: readonly number[] = usuallyPassing,
): Operation {
  return { id, effect, passing: new Set(passing) }
}
