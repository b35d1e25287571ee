import { StopError } from './error.js'

/** The stack frames of the caller of a public function. They are formatted only when an error needs them. */
export interface Trace {
  readonly stack?: string
}

/** A function whose own frames, and those of what it calls, are hidden from its caller. */
export type Entry = (...given: never[]) => unknown

/** Where the function was called that is about to call another one in its own place. */
let outer: Trace | undefined

/** Calls a public function in the place of another one, so that where that one was called is remembered only once. */
export function inPlaceOf<T>(trace: Trace, call: () => T): T {
  outer = trace
  try {
    return call()
  } finally {
    outer = undefined
  }
}

/**
 * Remembers where `entry` was called; to be taken before its first `await`, after which the caller is no longer on the
 * stack. A runtime that cannot do that gives nothing.
 */
export function traceOf(entry: Entry): Trace {
  const given = outer
  outer = undefined
  if (given !== undefined) return given
  const holder: { stack?: string } = {}
  // A program may have replaced it, by one that throws.
  try {
    if (typeof Error.captureStackTrace === 'function') Error.captureStackTrace(holder, entry)
  } catch {}
  return holder
}

/** Replaces the frames of this package by those of the caller, after the message of an error. */
export function traced(error: StopError, trace: Trace): StopError {
  const frames = framesOf(trace)
  if (frames === null) return error
  const value = `${error.name}: ${error.message}${frames[0]}`
  return Object.defineProperty(error, 'stack', { value, writable: true, configurable: true })
}

/** The frames, formatted now: a program may have replaced what formats them, by something that throws. */
function framesOf(trace: Trace): RegExpExecArray | null {
  try {
    return /\n {4}at .*/s.exec(String(trace.stack))
  } catch {
    return null
  }
}

/** An error as one of this caller alone, for calls that share a request share its error. `target` is what it was for. */
export function errorFor(error: StopError, trace: Trace, target: object | undefined): StopError {
  const own = target === undefined ? {} : { target }
  return traced(new StopError(error.code, error.message, { ...error, cause: error.cause, ...own }), trace)
}
