import { type AttemptSignal, startAttemptSignal } from './attempt-signal.js'
import { summarize } from './cause.js'
import { checkClientCall, checkMethod, checkMiddleware, checkPath, methods } from './client-call.js'
import { type Connection, directly } from './connection.js'
import { isStopError, StopError } from './error.js'
import { asStopError, guarded } from './identity.js'
import { Refusal } from './refusal.js'
import { printable } from './text.js'

/** What is used of a client of openapi-fetch, whatever its paths. */
interface AnyClient {
  request(method: string, path: string, init: object): Promise<unknown>
  use(...middleware: unknown[]): void
}

/**
 * The typed client as users get it: what it is called with is checked before anything is sent, and whatever it throws is
 * a StopError. It is not the one that the facade calls, so that middleware cannot change what a stop means.
 */
export function publicClient<C>(client: C, connection: Connection): C {
  const { identity, settings } = connection
  const inner = client as unknown as AnyClient
  const send = directly(connection)

  const request = async (givenMethod: unknown, givenPath: unknown, given: unknown): Promise<unknown> => {
    let operation = 'client'
    let sent = false
    let failed: StopError | undefined
    let attempt: AttemptSignal | undefined
    try {
      const method = checkMethod(givenMethod)
      const path = checkPath(givenPath)
      operation = `${method} ${printable(path)}`
      const checked = checkClientCall(method, given)
      attempt = startAttemptSignal(settings.timeoutMs, [checked['signal'] as AbortSignal | undefined])
      const answering = inner.request(method, path, {
        ...checked,
        fetch: async (built: Request) => {
          sent = true
          return await send(built).catch((error: StopError) => {
            failed = error
            throw error
          })
        },
      })
      // Middleware need not end by itself.
      return await attempt.race(answering)
    } catch (thrown) {
      const ended = attempt?.ended()
      if (ended !== undefined && failed === undefined) {
        const code = ended === 'aborted' ? ended : 'deadline_exceeded'
        const ambiguous = sent && !operation.startsWith('GET ')
        throw new StopError(code, `${identity.system} ${operation}: ${code.replace('_', ' ')}`, {
          ...{ ...identity, operation, attempts: sent ? 1 : 0, ambiguous },
        })
      }
      if (isStopError(thrown) || thrown instanceof Refusal) throw asStopError(thrown, identity, operation)
      // All else is checked, so it was middleware, or an answer that middleware made.
      const unsent = { code: 'invalid_argument' as const, attempts: 0, ambiguous: false }
      const answered = { code: 'unknown' as const, attempts: 1, ambiguous: !operation.startsWith('GET ') }
      const { code, attempts, ambiguous } = sent ? (failed ?? answered) : unsent
      const when = sent ? 'after the request was sent' : 'and nothing was sent'
      throw new StopError(code, `${identity.system} ${operation}: middleware: it failed, ${when}`, {
        ...identity,
        operation,
        attempts,
        ambiguous,
        cause: summarize(thrown),
      })
    } finally {
      attempt?.close()
    }
  }

  return {
    ...client,
    request,
    ...Object.fromEntries(
      methods.map((method) => [method, (path: unknown, init: unknown) => request(method, path, init)]),
    ),
    TRACE: (path: unknown, init: unknown) => request('TRACE', path, init),
    use: (...middleware: unknown[]) => guarded(identity, 'use', () => inner.use(...checkMiddleware(middleware))),
  }
}
