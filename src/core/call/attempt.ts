import { type Answer, isFailureInDisguise, isUndecided } from '../words/answer.js'
import { asStopError } from '../words/identity.js'
import { merged } from '../words/merged.js'
import type { Operation, RequestParts } from '../words/operation.js'
import type { CallParts } from './basis.js'
import { failureOf } from './failure.js'
import type { Incoming } from './incoming.js'
import { answered, LightRequest } from './light.js'
import { exchange, type Outgoing } from './transport.js'

/**
 * All options that openapi-fetch reads, each one set. It would take an absent option from `Object.prototype`, and a value
 * that was put there must not change a stop.
 */
const ownOptions = {
  baseUrl: undefined,
  bodySerializer: undefined,
  middleware: [],
  parseAs: 'json',
  pathSerializer: undefined,
  querySerializer: undefined,
  Request: LightRequest,
} as const satisfies Record<string, unknown> as object

/** The most hiders of earlier requests that are kept. Most credentials give the same for each request. */
const mostHides = 5

/** Sends an operation once, through the typed client, within `timeoutMs`. It throws only StopErrors. */
export async function attempt(
  parts: CallParts,
  operation: Operation,
  request: RequestParts,
  timeoutMs: number,
): Promise<Answer<unknown>> {
  const { identity, basis, options, tally, progress } = parts
  const { settings, readFailure } = basis
  const changes = operation.effect !== 'none'
  const { accept } = operation
  // Only its own: an absent part must not be found on `Object.prototype`.
  const part = (name: keyof RequestParts): unknown => (Object.hasOwn(request, name) ? request[name] : undefined)
  const record = parts.tries.of(operation)
  const attempts = record.sent + 1
  record.tried += 1
  let proof: Readonly<Record<string, string>> = {}
  let sentAt: number | undefined
  const arrived = (may: boolean): void => {
    if (may && sentAt !== undefined && changes) tally.arrivedAt ??= sentAt
  }
  let came: Incoming | undefined
  const exchanged = async (built: Outgoing): Promise<typeof answered> => {
    came = await exchange(built, settings, {
      caller: identity,
      entered: (place) => {
        progress.place = place
        record.asked = place
      },
      operation: operation.id,
      changes,
      attempts,
      nth: record.tried,
      timeoutMs,
      proved: (headers, hide) => {
        proof = headers
        const { hides = [] } = tally
        if (!hides.includes(hide)) tally.hides = [hide, ...hides].slice(0, mostHides)
      },
      hides: () => tally.hides,
      signal: options.signal,
      onSent: () => {
        record.sent = attempts
        sentAt = settings.clock.elapsed()
        if (changes) tally.changes += 1
      },
      fetch: options.fetch,
    })
    return answered
  }
  try {
    await basis.client.request(operation.method, operation.path, {
      method: operation.method,
      params: { path: part('path'), query: part('query'), header: part('header') },
      body: part('body'),
      headers: accept === undefined ? options.headers : merged(options.headers, { accept }),
      fetch: exchanged,
      ...ownOptions,
    })
    const { status, ok, headers, body: read } = came as unknown as Incoming
    const data = read?.value
    const answer = { status, ok, headers, data: ok ? data : undefined, error: ok ? undefined : data || undefined }
    if (ok && isFailureInDisguise(readFailure({ ...answer, error: data }), data)) {
      const hint = 'the status is a success, but the body is an error'
      throw failureOf(parts, operation, { ...answer, error: data }, { code: 'protocol', hint })
    }
    // Some say it with another status than 401, which the transport has told already.
    if (!ok && status !== 401 && readFailure(answer).code === 'unauthenticated') settings.credential?.refused?.(proof)
    arrived(isUndecided(answer))
    return answer
  } catch (thrown) {
    const ambiguous = record.sent > 0 && changes
    const error = asStopError(thrown, identity, operation.id, { attempts: record.sent, ambiguous })
    arrived(error.ambiguous)
    throw error
  }
}
