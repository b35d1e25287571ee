/**
 * The codes of warnings, as names of fields. A system that needs a code which is not here adds it in its stop.ts
 * (`declare module`): it is known wherever the entry of the system is imported.
 */
export interface WarningCodes {
  'neighbours-stopped': true
  'children-stopped': true
  'state-may-leak': true
  'remote-may-run': true
  'existence-unknown': true
  'earlier-try-unanswered': true
  'already-stopping': true
  'not-checked': true
}

/**
 * - `neighbours-stopped`: other work in the same instance was stopped too.
 * - `children-stopped`: work that the target had started is stopped with it.
 * - `state-may-leak`: persisted state may be left behind.
 * - `remote-may-run`: code of the work may still run elsewhere, and the system no longer tracks it.
 * - `existence-unknown`: the system gives this answer for any id, also for one that never existed.
 * - `earlier-try-unanswered`: an earlier try got no answer. It may have ended the work, or may never have arrived.
 * - `already-stopping`: a stop was already under way; this call joined it (`ifStopping: 'join'`).
 * - `not-checked`: the read before the stop could not show whether a stop was under way, so this may be a second one.
 */
export type WarningCode = { [C in keyof WarningCodes]: C }[keyof WarningCodes]

/** A side effect of a stop, or an uncertainty about it. */
export interface Warning {
  readonly code: WarningCode
  /** The same, for people. */
  readonly message: string
}

/** Copies of all of them, because a caller may change what it gets. */
export function copied(...lists: readonly (readonly Warning[] | undefined)[]): readonly Warning[] {
  const copies: Warning[] = []
  for (const list of lists) {
    if (list === undefined) continue
    for (const { code, message } of list) copies.push({ code, message })
  }
  return copies
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
