import type { Answer } from './answer.js'
import type { Phase } from './phase.js'

/** When things happened to a piece of work, as far as the system keeps the times. */
export interface Times {
  readonly createdAt?: Date | undefined
  readonly startedAt?: Date | undefined
  /** When the state was entered that it is in now. */
  readonly changedAt?: Date | undefined
  readonly endedAt?: Date | undefined
}

/** Where a piece of work stands, as the system said it. */
export interface State {
  readonly phase: Phase
  /** The system's own word, such as `ERROR_AUTO_RETRY`. */
  readonly native?: string | undefined
  /** Whether the system allows force now; undefined where it does not say. */
  readonly canForce?: boolean | undefined
  /** Why force is not allowed, where it never will be. */
  readonly neverForce?: string | undefined
  /** Why the work goes on, or why a stop has not landed, as far as the system tells. */
  readonly why?: string | undefined
  /** It has ended, and the system does not say whether a stop is why. @default false */
  readonly unexplained?: boolean | undefined
  readonly times?: Times | undefined
}

/** A state with the answer that told it. */
export interface Seen extends State {
  readonly answer: Answer<unknown>
}

/** What a wait keeps from one look to the next, where a whole look takes more than one request. */
export interface Memory {
  /** A whole look has been taken; `shown`: and it showed whether a stop had been written down. */
  whole?: boolean
  shown?: boolean
  /** Since when a stop stands in the system's books, as far as a whole look showed. */
  recordedAt?: string | undefined
}

/** A time in any of the forms that the systems use; undefined when there is none (0 stands for "not yet"). */
export function timeOf(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === 0 || value === '') return undefined
  const time = new Date(value as string | number)
  return Number.isNaN(time.getTime()) ? undefined : time
}
