import type { CallBasis, Requester } from '../call/basis.js'
import { Call } from '../call/call.js'
import { createTypedClient } from '../call/client.js'
import type { Connection } from '../call/connection.js'
import { LightRequest } from '../call/light.js'
import { type CallSettings, checkCallOptions, type Settings } from '../call/options.js'
import type { Tally } from '../call/tally.js'
import { type ObservedFunction, publishCall } from '../watch/events.js'
import type { StopError } from '../words/error.js'
import { asStopError, type Identity } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import { errorFor, traceOf } from '../words/trace.js'
import { answerIdIn } from './defaults.js'
import type { SystemDefinition } from './definition.js'

/** What the functions of a system share. */
export interface Foundation<T> {
  readonly identity: Identity
  readonly connection: Connection
  readonly basis: CallBasis
  /** Checks the options of a call. */
  checkOptions(fields: Readonly<Record<string, unknown>>): CallSettings
  /** Opens a call with checked options, for the public function that was `called`. */
  openCall(called: string, target: T, options: CallSettings, tally?: Tally): Call
  /**
   * Makes a public function. It checks the target first, turns every error into a StopError of the operation, and
   * publishes the end of the call. `called` is the function that the user called, if that is another one.
   */
  guard<R extends object>(
    operation: ObservedFunction,
    work: (target: T, options: unknown) => Promise<R>,
    called?: string,
  ): Guarded<R>
}

/** A public function. Its public type is narrower. */
type Guarded<R> = (target: unknown, options?: unknown) => Promise<R>

/** Lays the foundation of one system: its client, how its calls are opened, and what every public function does. */
export function lay<K extends string, T, M extends Mode, X extends object>(
  given: Settings,
  definition: SystemDefinition<K, T, M, X>,
  name: string,
): Foundation<T> {
  const { kind, readFailure, answerId = {}, redirectHint } = definition
  const fixed = Object.entries(definition.headers ?? {}).flatMap(([header, value]) =>
    value === undefined ? [] : [[header, value] as const],
  )
  const settings: Settings = { ...given, redirectHint, headers: { ...given.headers, ...Object.fromEntries(fixed) } }
  const identity: Identity = { system: name, kind }
  const connection = { identity, settings }
  // The types of the requests are those of the operations, which are made from the same spec as the client.
  const client: Requester = createTypedClient(connection, definition.unescapedInPath, LightRequest)
  const basis: CallBasis = {
    client,
    settings,
    readFailure: (answer) => readFailure(answer, settings.clock.now()),
    answerId: answerIdIn(answerId),
  }
  return {
    identity,
    connection,
    basis,
    checkOptions: (fields) => checkCallOptions(fields, settings),
    openCall: (called, target, options, tally) =>
      new Call({ system: name, kind, called, target: Object(target) }, basis, options, tally),
    guard: (operation, work, called = operation) => {
      const entry = async (toTarget: unknown, options: unknown = {}) => {
        const trace = traceOf(entry)
        const { clock } = settings
        const startedAt = clock.now()
        const began = clock.elapsed()
        let target: Readonly<T> | undefined
        let leave: (() => void) | undefined
        const tell = (came: { result: object } | { error: StopError }): void =>
          publishCall(operation, settings.log, () => ({
            ...identity,
            function: operation,
            target,
            startedAt,
            durationMs: clock.elapsed() - began,
            ...came,
          }))
        try {
          // Code of the caller, such as `onPhase`, must not be able to change the target of the stop.
          target = Object.freeze(definition.checkTarget(toTarget))
          // A stop within a wait belongs to the wait, which may go on after `close()`.
          leave = called === operation ? settings.connections.enter() : undefined
          const result = Object.freeze(await work(target, options))
          tell({ result })
          return result
        } catch (thrown) {
          const error = errorFor(asStopError(thrown, { ...identity, called }, operation), trace, target)
          tell({ error })
          throw error
        } finally {
          leave?.()
        }
      }
      return entry
    },
  }
}
