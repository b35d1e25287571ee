import { summarize } from './cause.js'
import { isStopError, StopError } from './error.js'
import { Refusal } from './refusal.js'
import { printable } from './text.js'
import { type Entry, traced, traceOf } from './trace.js'

/** The system that an error names: its name in the fleet and its kind. */
export interface Identity {
  readonly system: string
  readonly kind: string
}

/** The system and the public function that the user called. */
export interface Caller extends Identity {
  readonly called: string
  /** The target of that function, where it has one. */
  readonly target?: object
}

/** What an event of a call is about. */
export function subjectOf({ system, kind, target }: Caller): Identity & { readonly target?: object } {
  return { system, kind, ...(target === undefined ? {} : { target }) }
}

/** The longest name of a system in a message, in UTF-16 units. */
const longestName = 60

/** The beginning of each message: the system and the function that was called. */
export function headOf({ system, called }: Pick<Caller, 'system' | 'called'>): string {
  return `${printable(system, longestName)} ${called}: `
}

/**
 * Turns anything that was thrown into a StopError. `ambiguous` is set after a request was sent that changes something,
 * because a defect of this package says nothing about what the system did.
 */
export function asStopError(
  thrown: unknown,
  { system, kind, called }: Caller,
  operation: string = called,
  { attempts = 0, ambiguous = false }: { readonly attempts?: number; readonly ambiguous?: boolean } = {},
): StopError {
  if (isStopError(thrown)) return thrown
  const where = { system, kind, operation, attempts, ambiguous }
  const head = headOf({ system, called })
  if (thrown instanceof Refusal) return new StopError(thrown.code, `${head}${thrown.message}`, where)
  const cause = summarize(thrown)
  return new StopError('unknown', `${head}unexpected ${cause.name}: ${cause.message}`, { ...where, cause })
}

/** Runs the `work` of `entry`, a public function that returns at once; what it throws leaves as a StopError. */
export function guarded<T>(caller: Caller, entry: Entry, work: () => T, operation: string = caller.called): T {
  try {
    return work()
  } catch (thrown) {
    throw traced(asStopError(thrown, caller, operation), traceOf(entry))
  }
}
