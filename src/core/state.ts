import type { Answer } from './answer.js'
import type { Phase } from './phase.js'

/** Times of a piece of work, as far as the system keeps them. */
export interface Times {
  readonly createdAt?: Date | undefined
  readonly startedAt?: Date | undefined
  /** When the work entered its present state. */
  readonly changedAt?: Date | undefined
  readonly endedAt?: Date | undefined
}

/** The state of a piece of work, as the system reported it. */
export interface State {
  readonly phase: Phase
  /** The system's own word, such as `ERROR_AUTO_RETRY`. */
  readonly native?: string | undefined
  /** Whether the system allows force now; undefined where it does not report that. */
  readonly canForce?: boolean | undefined
  /** Why force is not allowed, where it never will be. */
  readonly neverForce?: string | undefined
  /** Why the work goes on, or why a stop has not taken effect, as far as the system reports it. */
  readonly why?: string | undefined
  /** It has ended, and the system does not say whether a stop is the reason. @default false */
  readonly unexplained?: boolean | undefined
  readonly times?: Times | undefined
}

/** A state with the answer it was read from. */
export interface Seen extends State {
  readonly answer: Answer<unknown>
}

/** What a wait keeps from one read to the next, where a full read takes more than one request. */
export interface Memory {
  /** A full read was made. `shown`: it showed whether a stop was recorded. */
  whole?: boolean
  shown?: boolean
  /** When the system recorded a stop, as far as a full read showed. */
  recordedAt?: string | undefined
}

/** A time in any of the forms that the systems use; undefined when there is none (0 stands for "not yet"). */
export function timeOf(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === 0 || value === '') return undefined
  const time = new Date(value as string | number)
  return Number.isNaN(time.getTime()) ? undefined : time
}
