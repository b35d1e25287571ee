import { asked, located, type Place } from '../http/place.js'
import { type AttemptSignal, startAttemptSignal } from '../time/attempt-signal.js'
import { summarize } from '../words/cause.js'
import { isStopError, StopError } from '../words/error.js'
import { asStopError, guarded, headOf } from '../words/identity.js'
import { Refusal } from '../words/refusal.js'
import { printable } from '../words/text.js'
import { traced, traceOf } from '../words/trace.js'
import { checkClientCall, checkMethod, checkMiddleware, checkPath, methods } from './client-call.js'
import { type Connection, directly } from './connection.js'

/** What is used of a client of openapi-fetch, whatever its paths. */
interface AnyClient {
  request(method: string, path: string, init: object): Promise<unknown>
  use(...middleware: unknown[]): void
  eject(...middleware: unknown[]): void
}

/**
 * The typed client for users. Its arguments are checked before anything is sent, and everything that it throws is a
 * StopError. The facade uses another client, so that middleware cannot change the meaning of a stop. `make` makes the client
 * when it is first used.
 */
export function publicClient<C>(make: () => C, connection: Connection): C {
  const { identity, settings } = connection
  let made: AnyClient | undefined
  const inner = (): AnyClient => {
    made ??= make() as unknown as AnyClient
    return made
  }
  const send = directly(connection)

  const request = async (
    called: string,
    givenMethod: unknown,
    givenPath: unknown,
    given: unknown,
  ): Promise<unknown> => {
    const caller = { ...identity, called }
    let operation = called
    let sent = false
    let failed: StopError | undefined
    let attempt: AttemptSignal | undefined
    let place: Place | undefined
    let leave: (() => void) | undefined
    try {
      const method = checkMethod(givenMethod)
      const path = checkPath(givenPath)
      operation = `${method} ${printable(path)}`
      const checked = checkClientCall(method, given)
      leave = settings.connections.enter()
      attempt = startAttemptSignal(settings.timeoutMs, [checked['signal'] as AbortSignal | undefined])
      const answering = inner().request(method, path, {
        ...checked,
        fetch: async (built: Request) => {
          sent = true
          const entered = (next: Place): void => {
            place = next
          }
          const response = await send(caller, entered, built).catch((thrown: unknown) => {
            failed = asStopError(thrown, caller, operation)
            throw failed
          })
          place = undefined
          return response
        },
      })
      // Middleware may never end by itself.
      return await attempt.race(answering)
    } catch (thrown) {
      const ended = attempt?.ended()
      if (ended !== undefined && failed === undefined) {
        const code = ended === 'aborted' ? ended : 'deadline_exceeded'
        const what =
          ended === 'aborted'
            ? asked("aborted by the caller's signal", place)
            : located(`no answer within ${settings.timeoutMs} ms`, 'from', place)
        const ambiguous = sent && !operation.startsWith('GET ')
        throw new StopError(code, `${headOf(caller)}${what}`, {
          ...{ ...identity, operation, attempts: sent ? 1 : 0, ambiguous },
        })
      }
      if (isStopError(thrown) || thrown instanceof Refusal) throw asStopError(thrown, caller, operation)
      // Everything else is checked, so the error is from middleware, or from an answer that middleware made.
      const unsent = { code: 'invalid_argument' as const, attempts: 0, ambiguous: false }
      const answered = { code: 'unknown' as const, attempts: 1, ambiguous: !operation.startsWith('GET ') }
      const { code, attempts, ambiguous } = sent ? (failed ?? answered) : unsent
      const when = sent ? 'after the request was sent' : 'and nothing was sent'
      throw new StopError(code, `${headOf(caller)}middleware: it failed, ${when}`, {
        ...identity,
        operation,
        attempts,
        ambiguous,
        cause: summarize(thrown),
      })
    } finally {
      attempt?.close()
      leave?.()
    }
  }

  /** A function of the client, whose errors begin at its caller. */
  const called = (name: string, method?: string) => {
    const entry = async (...given: unknown[]): Promise<unknown> => {
      const trace = traceOf(entry)
      const [asks, path, init] = method === undefined ? given : [method, ...given]
      return request(name, asks, path, init).catch((thrown: StopError) => {
        throw traced(thrown, trace)
      })
    }
    return entry
  }
  const use = (...middleware: unknown[]): void =>
    guarded({ ...identity, called: 'client.use' }, use, () => inner().use(...checkMiddleware(middleware)))

  const client: AnyClient = {
    request: called('client.request'),
    ...Object.fromEntries([...methods, 'TRACE'].map((method) => [method, called(`client.${method}`, method)])),
    use,
    eject: (...middleware) => inner().eject(...middleware),
  }
  return client as unknown as C
}
