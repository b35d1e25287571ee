import type { Answer } from './answer.js'
import type { Phase } from './phase.js'

/** The times of the work that the system keeps. */
export interface Times {
  readonly createdAt?: Date | undefined
  readonly startedAt?: Date | undefined
  /** When the work entered its present state. */
  readonly changedAt?: Date | undefined
  readonly endedAt?: Date | undefined
}

/** The state of the work, as the system reported it. */
export interface State {
  readonly phase: Phase
  /** The system's own name of the state, such as `ERROR_AUTO_RETRY`. */
  readonly native?: string | undefined
  /** Whether the system allows force now; undefined when it does not report that. */
  readonly canForce?: boolean | undefined
  /** Why force will never be allowed; undefined when it may be. */
  readonly neverForce?: string | undefined
  /** Why the work still runs, or why a stop has not taken effect, if the system reports it. */
  readonly why?: string | undefined
  /** The work has ended, and the system does not say whether a stop is the reason. @default false */
  readonly unexplained?: boolean | undefined
  readonly times?: Times | undefined
}

/** A state with the answer it was read from. */
export interface Seen extends State {
  readonly answer: Answer<unknown>
}

/** What a wait remembers from one read to the next, if a full read takes more than one request. */
export interface Memory {
  /** A full read was made. */
  whole?: boolean
  /** Whether the reads showed if a stop was recorded. @default they did if the phase is known */
  shown?: boolean
  /** When the system recorded a stop, if a full read showed it. */
  recordedAt?: string | undefined
}

/** Reads a time in any of the forms that the systems use; undefined when there is none (0 means "not yet"). */
export function timeOf(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === 0 || value === '') return undefined
  const time = new Date(value as string | number)
  return Number.isNaN(time.getTime()) ? undefined : time
}
