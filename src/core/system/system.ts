import { Call } from '../call/call.js'
import { afterDoubt } from '../call/doubt.js'
import { orAccept } from '../call/if-missing.js'
import {
  type CallOptions,
  callOptionNames,
  checkCallOptions,
  checkIfMissing,
  checkIfStopping,
  checkMode,
  type StopOptions,
} from '../call/options.js'
import { publicClient } from '../call/public-client.js'
import { stopsUnderWay } from '../call/stops-under-way.js'
import type { Tally } from '../call/tally.js'
import { fieldsOf } from '../check/check.js'
import type { StopAndWaitOptions, WaitUntilEndedOptions } from '../wait/wait-options.js'
import { type ObservedFunction, publishCall } from '../watch/events.js'
import { rawResponse } from '../words/answer.js'
import type { StopError } from '../words/error.js'
import type { StopFinding } from '../words/finding.js'
import { asStopError, guarded, type Identity } from '../words/identity.js'
import type { Capabilities, Mode } from '../words/mode.js'
import type { Receipt, WaitReceipt } from '../words/receipt.js'
import { refuse } from '../words/refusal.js'
import type { Status } from '../words/status.js'
import { summaryOfStop } from '../words/summary.js'
import { errorFor, traceOf } from '../words/trace.js'
import { alreadyStopping, copied } from '../words/warning.js'
import type { SystemDefinition } from './definition.js'
import { makeWaits } from './waits.js'

/**
 * One system. `K`: its kind. `T`: its target. `M`: its modes. `C`: its typed client. `X`: the options that only its
 * `stop()` has.
 */
export interface System<K extends string, T, M extends Mode, C, X extends object = object> {
  readonly kind: K
  /** The name in the fleet; the kind when the system is used alone. Receipts and errors contain it. */
  readonly name: string
  readonly capabilities: Capabilities<M>
  /**
   * The typed openapi-fetch client of the system's API; it sends the credential of the system. It resolves to
   * `{ data, error, response }`. A failure without an answer and a wrong argument are thrown as StopError. Middleware
   * (`client.use`) applies only to this client, not to the functions of the system.
   */
  readonly client: C
  /**
   * Asks the system to stop the target, and returns what the system answered. It does not wait for the end.
   * @throws StopError for everything that is not a receipt
   */
  stop(target: T, options?: StopOptions<M> & X): Promise<Receipt<K, T, M>>
  /** Reads the state of the target. A target without a record has the phase `gone`. */
  read(target: T, options?: CallOptions): Promise<Status<K, T>>
  /**
   * Stops the target, then reads its state until the work has ended or the deadline has passed. At the deadline the
   * outcome is `accepted`, with the last phase that was read. A temporary failure of a read does not end the wait; `why`
   * reports it.
   * @throws StopError when the stop fails, or when the state cannot be read for a permanent reason, such as a refused
   * credential. `receipt` holds what is known of a stop that was accepted.
   */
  stopAndWait(target: T, options: StopAndWaitOptions<M, Status<K, T>> & X): Promise<WaitReceipt<K, T, M>>
  /**
   * Reads the state of the target until the work has ended or the deadline has passed. It stops nothing. It returns the
   * last state; check `ended`.
   * @throws StopError `not_found` when there is no record from the start, unless `ifMissing: 'accept'`
   */
  waitUntilEnded(target: T, options: WaitUntilEndedOptions<Status<K, T>>): Promise<Status<K, T>>
  /** The same system under another name, as `allstop()` does with its names. */
  named(name: string): System<K, T, M, C, X>
}

/** What the functions of a system share. */
export interface Foundation<T, C> {
  readonly identity: Identity
  readonly client: C
  /** Opens a call with checked options, for the public function that was `called`. */
  openCall(called: string, target: T, fields: Readonly<Record<string, unknown>>, tally?: Tally): Call
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

export function lay<K extends string, T, M extends Mode, C, X extends object>(
  { kind, settings, readFailure, createClient, checkTarget }: SystemDefinition<K, T, M, C, X>,
  name: string,
): Foundation<T, C> {
  const identity: Identity = { system: name, kind }
  return {
    identity,
    client: createClient({ identity, settings }),
    openCall: (called, target, fields, tally) =>
      new Call(
        { ...identity, called, target: Object(target) },
        settings,
        checkCallOptions(fields, settings),
        readFailure,
        tally,
      ),
    guard: (operation, work, called = operation) => {
      const entry = async (given: unknown, options: unknown = {}) => {
        const trace = traceOf(entry)
        const { clock } = settings
        const startedAt = clock.now()
        const began = clock.elapsed()
        let target: Readonly<T> | undefined
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
          target = Object.freeze(checkTarget(given))
          const result = Object.freeze(await work(target, options))
          tell({ result })
          return result
        } catch (thrown) {
          const error = errorFor(asStopError(thrown, { ...identity, called }, operation), trace, target)
          tell({ error })
          throw error
        }
      }
      return entry
    },
  }
}

/** Makes a system from its definition. What all kinds have in common is here and in waits.ts. */
export function createSystem<K extends string, T, M extends Mode, C, X extends object>(
  definition: SystemDefinition<K, T, M, C, X>,
  name: string = definition.kind,
): System<K, T, M, C, X> {
  const { kind, capabilities } = definition
  const { identity, client, openCall, guard } = lay(definition, name)
  const connection = { identity, settings: definition.settings }
  const stopNames = ['mode', 'ifMissing', 'ifStopping', ...callOptionNames, ...definition.extraOptions]

  /** `tally` also counts what was sent when the stop ends with an error. `called` is the function that the user called. */
  const stopWith = (called: string, tally?: Tally) =>
    guard('stop', (target, options) => sendStop(target, options, called, tally), called)

  async function sendStop(target: T, options: unknown, called: string, tally?: Tally): Promise<Receipt<K, T, M>> {
    const fields = fieldsOf(options, 'options', stopNames)
    const mode = checkMode(fields['mode'], capabilities)
    const ifMissing = checkIfMissing(fields['ifMissing'])
    const join = checkIfStopping(fields['ifStopping'], capabilities.modes) === 'join' && mode === 'graceful'
    const extra = definition.checkExtra(fields)
    const call = openCall(called, target, fields, tally)
    const before = call.tally.changes
    const send = (mayNotSend?: () => StopError): Promise<StopFinding> =>
      definition.stop({ call, client, target, mode, join, mayNotSend, extra }).catch((thrown: unknown) => {
        const attempts = call.tally.changes - before
        throw asStopError(thrown, call.identity, 'stop', { attempts, ambiguous: attempts > 0 })
      })
    const isHarmful = !definition.waiting.repeatable[mode]
    const found = await (join ? stopsUnderWay(definition).share(target, call, isHarmful, send) : send())
    const doubtful = call.isDoubtful(found.operation)
    const finding = doubtful ? afterDoubt(found, definition.waiting.mayVanish) : found
    // There are side effects only if the stop took effect. A stop that was joined has the same side effects.
    const didSomething = doubtful || ['accepted', 'stopped'].includes(finding.outcome)
    const sideEffects = didSomething ? (definition.waiting.sideEffects[mode] ?? []) : []
    if (finding.missing !== undefined && ifMissing === 'error') throw orAccept(finding.missing)
    const requestId = definition.requestId(finding.answer)
    const known: Omit<Receipt<K, T, M>, 'summary'> = {
      system: name,
      kind,
      target,
      mode,
      outcome: finding.outcome,
      phase: finding.phase,
      ended: finding.outcome !== 'accepted',
      ...(finding.native === undefined ? {} : { native: finding.native }),
      httpStatus: finding.answer.status,
      ...(requestId === undefined ? {} : { requestId }),
      ...(finding.why === undefined ? {} : { why: finding.why }),
      attempts: call.tally.changes - before,
      elapsedMs: Math.round(call.elapsedMs()),
      warnings: copied([
        ...sideEffects,
        ...(finding.joined === true ? [alreadyStopping] : []),
        ...(finding.warnings ?? []),
      ]),
      response: rawResponse(finding.answer),
    }
    return { ...known, summary: summaryOfStop(known) }
  }

  const read = guard('read', async (target, options): Promise<Status<K, T>> => {
    const call = openCall('read', target, fieldsOf(options, 'options', callOptionNames))
    return waits.statusOf(target, await definition.readState(call, client, target), call.elapsedMs())
  })

  const waits = makeWaits({ definition, identity, client, stopWith })
  const rename = (other: string): System<K, T, M, C, X> =>
    guarded({ ...identity, called: 'named' }, rename, () => createSystem(definition, checkName(other)), 'configure')
  return Object.freeze({
    kind,
    name,
    capabilities,
    client: publicClient(definition.createClient(connection), connection),
    stop: stopWith('stop'),
    read,
    stopAndWait: guard('stopAndWait', waits.stopAndWait),
    waitUntilEnded: guard('waitUntilEnded', waits.waitUntilEnded),
    named: rename,
  })
}

/** The name of a system in a fleet. */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name === '') refuse('name', 'must be a text that is not empty')
  return name
}
