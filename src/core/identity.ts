import { summarize } from './cause.js'
import { isStopError, StopError } from './error.js'
import { Refusal } from './refusal.js'

/** Who speaks in an error: the system's name in the fleet and its kind. */
export interface Identity {
  readonly system: string
  readonly kind: string
}

/**
 * Makes whatever was thrown a StopError, so that nothing raw escapes. `ambiguous` is for what is thrown after a request
 * that changes something was sent: a defect of ours says nothing of what the system did.
 */
export function asStopError(
  thrown: unknown,
  identity: Identity,
  operation: string,
  { attempts = 0, ambiguous = false }: { readonly attempts?: number; readonly ambiguous?: boolean } = {},
): StopError {
  if (isStopError(thrown)) return thrown
  const where = { ...identity, operation, attempts, ambiguous }
  if (thrown instanceof Refusal) {
    return new StopError(thrown.code, `${identity.system} ${operation}: ${thrown.message}`, where)
  }
  const cause = summarize(thrown)
  return new StopError('unknown', `${identity.system} ${operation}: unexpected ${cause.name}: ${cause.message}`, {
    ...where,
    cause,
  })
}

/** Runs `work`; what it throws leaves as a StopError. */
export function guarded<T>(identity: Identity, operation: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw asStopError(thrown, identity, operation)
  }
}
