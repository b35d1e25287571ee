import { refuse } from '../words/refusal.js'
import { printable } from '../words/text.js'
import { isPlain, readFields, UnreadableField } from './fields.js'

/**
 * The fields of an object, read once: its own and the inherited ones, as of a class instance or `Object.create(defaults)`.
 * A proxy or getter that throws is a wrong argument. With `allowed`, other fields are refused, because a misspelt optional
 * field would be ignored and change the meaning of the call.
 */
export function fieldsOf(value: unknown, name: string, allowed?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) refuse(name, 'must be an object')
  let fields: Record<string, unknown>
  let ofClass: boolean
  let isList: boolean
  try {
    // A revoked proxy throws at every question.
    isList = Array.isArray(value)
    fields = isList ? {} : readFields(value, allowed ?? [])
    ofClass = !isPlain(value)
  } catch (thrown) {
    refuseUnreadable(name, thrown)
  }
  if (isList) refuse(name, 'must be an object')
  if (allowed === undefined) return fields
  const extra = Object.keys(fields).find((key) => fields[key] !== undefined && !allowed.includes(key))
  if (extra !== undefined) {
    // TypeScript's `private` is gone at run time.
    const options = name === 'target' ? '; options such as mode are the second argument' : ''
    const hint = ofClass ? "; in a class, write '#name': 'private name' is visible at run time" : ''
    refuse(`${name}.${extra.slice(0, 40)}`, `is not a known field; known are ${allowed.join(', ')}${options}${hint}`)
  }
  return fields
}

/** Refuses an object that cannot be read, by the name of the field where it is known. */
export function refuseUnreadable(name: string, thrown: unknown): never {
  if (thrown instanceof UnreadableField) refuse(`${name}.${printable(thrown.field, 40)}`, 'its getter threw')
  refuse(name, 'cannot be read')
}

/** Refuses undefined. The message names the usual reason for it. */
export function checkGiven(value: unknown, field: string): void {
  if (value === undefined) refuse(field, 'is undefined; an environment variable is probably not set')
}

/** What an identifier must look like. */
export interface IdRule {
  /** The whole id must match; anchors are the rule's own. */
  readonly pattern: RegExp
  /** The rule in words, for the error message. */
  readonly rule: string
}

// Written as escapes in an id, they would still become dot segments in a URL: WHATWG URL, "double-dot path segment".
const dotSegment = /^(?:\.|%2e){1,2}$/i

/**
 * A string that is safe as one segment of a path and arrives unchanged. Everything else is refused before a URL is built,
 * because `..` and its escapes would send the stop to another path.
 */
export function checkId(value: unknown, field: string, { pattern, rule }: IdRule): string {
  if (typeof value !== 'string') refuse(field, `must be a string: ${rule}`)
  if (value === '') refuse(field, `must not be empty: ${rule}`)
  if (/\p{Cc}/u.test(value)) refuse(field, 'must not contain control characters')
  if (!value.isWellFormed()) refuse(field, 'must not contain lone surrogates')
  if (dotSegment.test(value)) refuse(field, 'must not be a dot segment')
  if (!pattern.test(value)) refuse(field, `must be ${rule}`)
  return value
}

/** A whole number above 0, or `fallback` when none was given. */
export function checkCount(value: unknown, field: string, fallback: number): number {
  if (value === undefined) return fallback
  if (!Number.isSafeInteger(value) || Number(value) < 1) refuse(field, 'must be a whole number above 0')
  return value as number
}

/** The longest time-out that a timer holds, in milliseconds (2^31 - 1, about 24.8 days). */
const longestTimerMs = 2_147_483_647

/** A duration in milliseconds, or `fallback` when none was given. */
export function checkDurationMs(value: unknown, field: string, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > longestTimerMs) {
    refuse(field, `must be a number of milliseconds above 0, at most ${longestTimerMs}`)
  }
  return value
}

/** A whole number from 1 to `most`, or `fallback` when none was given. `of`: what is counted, for the message. */
export function checkWholeNumber(
  value: unknown,
  field: string,
  fallback: number,
  { most, of }: { readonly most: number; readonly of?: string },
): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
    refuse(field, `must be a whole number ${of === undefined ? '' : `of ${of} `}from 1 to ${most}`)
  }
  return value
}

/** One of a closed list of words, or `fallback` when none was given. */
export function checkOneOf<const W extends string>(value: unknown, field: string, words: readonly W[], fallback: W): W {
  if (value === undefined) return fallback
  const word = words.find((known) => known === value)
  if (word === undefined) refuse(field, `must be ${words.map((known) => `'${known}'`).join(' or ')}`)
  return word
}

/** True, false, or `false` when it was not given. */
export function checkFlag(value: unknown, field: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') refuse(field, 'must be true or false')
  return value === true
}

/** The rule for a header value, in words. */
export const headerRule = 'must be visible ASCII text without line breaks'

/** Whether a text can be the name of a header: a token (RFC 9110, section 5.6.2). */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)
}

/** Whether a text can stand in a header: visible ASCII, blanks and tabs inside (RFC 9110, section 5.5). */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

/** A function, or undefined. */
export function checkFunction(value: unknown, field: string): void {
  if (value !== undefined && typeof value !== 'function') refuse(field, 'must be a function')
}

/** An AbortSignal (of any realm), or undefined. */
export function checkSignal(value: unknown, field: string): void {
  if (value === undefined) return
  const isSignal = typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
  if (!isSignal) refuse(field, 'must be an AbortSignal')
}
