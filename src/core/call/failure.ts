import { clockSkew, retryAfterMs } from '../http/http-status.js'
import { isCertificateRefused } from '../http/network.js'
import { asked } from '../http/place.js'
import { type Answer, type Failure, isUndecided } from '../words/answer.js'
import { StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { headOf } from '../words/identity.js'
import type { Operation } from '../words/operation.js'
import { advised, printable } from '../words/text.js'
import type { CallParts } from './basis.js'
import type { FailedTry } from './retry.js'

/** An error of an operation in a call. */
export function callError(
  { identity, tries }: Pick<CallParts, 'identity' | 'tries'>,
  operation: Operation,
  code: StopErrorCode,
  what: string,
  details: object = {},
): StopError {
  const { system, kind } = identity
  const { sent, isDoubtful } = tries.of(operation)
  return new StopError(code, `${headOf(identity)}${what}`, {
    ...{ system, kind, operation: operation.id, attempts: sent, ambiguous: isDoubtful },
    ...details,
  })
}

/** A failed answer as an error, with the meaning that the system's errors.ts reads in it, or with a better one. */
export function failureOf(
  parts: CallParts,
  operation: Operation,
  answer: Answer<unknown>,
  better: Partial<Failure>,
): StopError {
  const { settings, readFailure, answerId } = parts.basis
  const now = settings.clock.now()
  const { asked: place, isDoubtful } = parts.tries.of(operation)
  const failure = { ...readFailure(answer), ...better }
  const words = [failure.providerCode, failure.providerMessage].filter((word) => word !== undefined).join(': ')
  const skew = failure.code === 'unauthenticated' ? clockSkew(answer.headers, now) : undefined
  const noAuth = answer.status === 401 && settings.credential === undefined ? 'no `auth` was given' : undefined
  const said = [`HTTP ${answer.status}`, printable(words)].filter(Boolean).join(', ')
  const what = asked(`${failure.code.replaceAll('_', ' ')} (${said})`, place)
  return callError(parts, operation, failure.code, advised(what, failure.hint, noAuth, skew), {
    httpStatus: answer.status,
    ambiguous: mayHaveTakenEffect(operation, answer) || isDoubtful,
    ...optional('providerCode', failure.providerCode),
    ...optional('providerMessage', failure.providerMessage),
    ...optional('requestId', answerId(answer)),
    ...optional('retryAfterMs', failure.retryAfterMs ?? retryAfterMs(answer.headers, now)),
  })
}

/** What a failed answer means for a retry; undefined for a success. */
export function failedTryOf(
  { settings, readFailure }: CallParts['basis'],
  operation: Operation,
  answer: Answer<unknown>,
): FailedTry | undefined {
  if (answer.ok) return undefined
  const { code, retryAfterMs: asked = retryAfterMs(answer.headers, settings.clock.now()) } = readFailure(answer)
  return { code, status: answer.status, mayHaveArrived: mayHaveTakenEffect(operation, answer), retryAfterMs: asked }
}

/** What an error without an answer means for a retry; undefined for a permanent error. */
export function failedTryOfError(error: StopError): FailedTry | undefined {
  if (isCertificateRefused(error)) return undefined
  return { code: error.code, status: undefined, mayHaveArrived: error.ambiguous, retryAfterMs: error.retryAfterMs }
}

function mayHaveTakenEffect(operation: Operation, answer: Answer<unknown>): boolean {
  return operation.effect !== 'none' && isUndecided(answer)
}

function optional<N extends string, V extends string | number>(name: N, value: V | undefined): { [K in N]?: V } {
  if (value === undefined) return {}
  const shown = typeof value === 'string' ? printable(value) : value
  return { [name]: shown } as { [K in N]?: V }
}
