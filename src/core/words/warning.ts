/** The codes of warnings, as names of fields. A system adds its own (`declare module`), in its stop.ts. */
export interface WarningCodes {
  /** Work that the target had started is stopped with it. */
  'children-stopped': true
  /** Code of the work may still run elsewhere, and the system no longer tracks it. */
  'remote-may-run': true
  /** The system gives this answer for any id, also for one that never existed. */
  'existence-unknown': true
  /** An earlier try got no answer. It may have ended the work, or may never have arrived. */
  'earlier-try-unanswered': true
  /** A stop was already under way; this call joined it (`ifStopping: 'join'`). */
  'already-stopping': true
  /** The read before the stop could not show whether a stop was under way, so this may be a second one. */
  'not-checked': true
}

/** What a warning is about, for programs. {@link WarningCodes} says what each code means. */
export type WarningCode = keyof WarningCodes

/** A side effect of a stop, or an uncertainty about it. */
export interface Warning {
  readonly code: WarningCode
  /** The same, for people. */
  readonly message: string
}

/** Copies, because a caller may change what it gets. */
export function copied(warnings: readonly Warning[]): readonly Warning[] {
  return warnings.map((warning) => ({ ...warning }))
}

export const alreadyStopping: Warning = {
  code: 'already-stopping',
  message: 'a stop was already under way; this call joined it and started no second stop',
}

export const notChecked: Warning = {
  code: 'not-checked',
  message:
    'it could not be read whether a stop was already under way; if one was, this is a second stop, which can do harm',
}

export const earlierTryUnanswered: Warning = {
  code: 'earlier-try-unanswered',
  message: 'an earlier try of this stop got no answer; it may have ended the work, or may never have arrived',
}
