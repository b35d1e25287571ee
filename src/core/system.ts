import { type Answer, type ReadFailure, rawResponse } from './answer.js'
import { Call } from './call.js'
import { fieldsOf } from './check.js'
import type { Connection } from './connection.js'
import { afterDoubt } from './doubt.js'
import type { StopError } from './error.js'
import { type ObservedFunction, publishCall } from './events.js'
import { asStopError, guarded, type Identity } from './identity.js'
import { orAccept } from './if-missing.js'
import type { Capabilities, Mode } from './mode.js'
import type { Operation } from './operation.js'
import {
  type CallOptions,
  callOptionNames,
  checkCallOptions,
  checkIfMissing,
  checkIfStopping,
  checkMode,
  type Settings,
  type StopOptions,
} from './options.js'
import type { Outcome } from './outcome.js'
import type { Phase } from './phase.js'
import { publicClient } from './public-client.js'
import type { Receipt, WaitReceipt, Warning } from './receipt.js'
import { refuse } from './refusal.js'
import type { Memory, Seen } from './state.js'
import type { Status } from './status.js'
import { alreadyStopping, stopsUnderWay } from './stops-under-way.js'
import { summaryOfStop } from './summary.js'
import type { Tally } from './tally.js'
import { errorFor, traceOf } from './trace.js'
import type { StopAndWaitOptions, WaitRules, WaitUntilEndedOptions } from './wait-options.js'
import { makeWaits } from './waits.js'

/**
 * One system of a kind: `K` its kind, `T` what it stops, `M` the modes it has, `C` its typed client, `X` the options
 * that only its `stop()` knows.
 */
export interface System<K extends string, T, M extends Mode, C, X extends object = object> {
  readonly kind: K
  /** The name in the fleet; the kind when used alone. Receipts and errors carry it. */
  readonly name: string
  readonly capabilities: Capabilities<M>
  /**
   * The typed client of the system's API, credentials included, made of its spec by openapi-fetch. It resolves to
   * `{ data, error, response }`; failures without an answer, and what is wrong in a call, are thrown as StopError.
   * Middleware (`client.use`) is for calls of this client; the functions of the system do not go through it.
   */
  readonly client: C
  /**
   * Asks the system to stop the target, and says what the system answered. It does not wait for the end.
   * @throws StopError for everything that is not a receipt.
   */
  stop(target: T, options?: StopOptions<M> & X): Promise<Receipt<K, T, M>>
  /** Asks where the target stands. A target without a record is in the phase `gone`. */
  read(target: T, options?: CallOptions): Promise<Status<K, T>>
  /**
   * Stops the target and follows it to its end, or to the deadline, whichever comes first. At the deadline the outcome
   * is `accepted`, with the last phase that was seen.
   * @throws StopError when the stop cannot be taken, or the state cannot be read for a reason that does not pass (a
   * refused credential, say); then `receipt` holds what is known. Reads that fail for a passing reason are told in `why`.
   */
  stopAndWait(target: T, options: StopAndWaitOptions<M, Status<K, T>> & X): Promise<WaitReceipt<K, T, M>>
  /**
   * Follows the target to its end, or to the deadline, and stops nothing. The last state is returned: see `ended`.
   * @throws StopError `not_found` when there is no record from the start, unless `ifMissing: 'accept'`
   */
  waitUntilEnded(target: T, options: WaitUntilEndedOptions<Status<K, T>>): Promise<Status<K, T>>
  /** The same system under another name, as `allstop()` does with its names. */
  named(name: string): System<K, T, M, C, X>
}

/** What a system's stop.ts is given. */
export interface StopRequest<T, M extends Mode, C, X> {
  readonly call: Call
  readonly client: C
  readonly target: T
  readonly mode: M
  /** Whether to join a graceful stop that is under way; false for `force`, which is always sent. */
  readonly join: boolean
  /** A stop of this target got no answer and may still arrive: only look for it; this is the error if it is not seen. */
  readonly mayNotSend: (() => StopError) | undefined
  readonly extra: X
}

/** What a system's stop.ts found. */
export interface StopFinding {
  readonly outcome: Outcome
  readonly phase: Phase
  readonly native?: string | undefined
  /** What the state tells beside its phase. */
  readonly why?: string | undefined
  /** The answer to the stop itself. */
  readonly answer: Answer<unknown>
  readonly operation: Operation
  /** Nothing was stopped by this call: another stop was under way already. The answer is that of the read. */
  readonly joined?: boolean
  /** Warnings beside what a stop of this mode always does. */
  readonly warnings?: readonly Warning[]
  /** The system has no record of the target: this is thrown unless the caller accepts the outcome `gone`. */
  readonly missing?: StopError
}

/** What makes a system of one kind. */
export interface SystemDefinition<K extends string, T, M extends Mode, C, X extends object> {
  readonly kind: K
  readonly capabilities: Capabilities<M>
  readonly settings: Settings
  readonly waiting: Omit<WaitRules, 'name' | 'kind'>
  createClient(connection: Connection): C
  /** Checks a target and brings it into the form that the system uses. */
  checkTarget(target: unknown): T
  /** The options that only this system's stop() knows, and their check. */
  readonly extraOptions: readonly string[]
  checkExtra(options: Readonly<Record<string, unknown>>): X
  readonly readFailure: ReadFailure
  /** Where answers carry the request's id. */
  requestId(answer: Answer<unknown>): string | undefined
  stop(request: StopRequest<T, M, C, X>): Promise<StopFinding>
  /** `memory` is that of a wait; without one the look is a whole one. */
  readState(call: Call, client: C, target: T, memory?: Memory): Promise<Seen>
}

/** What every function of a system begins with. */
export interface Foundation<T, C> {
  readonly identity: Identity
  readonly client: C
  /** Opens a call with checked options, for the public function that was `called`. */
  openCall(called: string, fields: Readonly<Record<string, unknown>>, tally?: Tally): Call
  /**
   * Makes a public function: the target is checked first, whatever is thrown leaves as a StopError of the operation, and
   * who listens is told how it ended. `called` is what the user called, where that is another one.
   */
  guard<R extends object>(
    operation: ObservedFunction,
    work: (target: T, options: unknown) => Promise<R>,
    called?: string,
  ): Guarded<R>
}

/** A public function; its public type is narrower. */
type Guarded<R> = (target: unknown, options?: unknown) => Promise<R>

export function lay<K extends string, T, M extends Mode, C, X extends object>(
  { kind, settings, readFailure, createClient, checkTarget }: SystemDefinition<K, T, M, C, X>,
  name: string,
): Foundation<T, C> {
  const identity: Identity = { system: name, kind }
  return {
    identity,
    client: createClient({ identity, settings }),
    openCall: (called, fields, tally) =>
      new Call({ ...identity, called }, settings, checkCallOptions(fields, settings), readFailure, tally),
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
          // What is the caller's, such as `onPhase`, must not be able to turn the stop to other work.
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

/** Makes a system of its definition: everything that is the same for all kinds is here and in waits.ts. */
export function createSystem<K extends string, T, M extends Mode, C, X extends object>(
  definition: SystemDefinition<K, T, M, C, X>,
  name: string = definition.kind,
): System<K, T, M, C, X> {
  const { kind, capabilities } = definition
  const { identity, client, openCall, guard } = lay(definition, name)
  const connection = { identity, settings: definition.settings }
  const stopNames = ['mode', 'ifMissing', 'ifStopping', ...callOptionNames, ...definition.extraOptions]

  /** `tally` also counts what was sent when the stop ends with an error; `called` is whose stop it is. */
  const stopWith = (called: string, tally?: Tally) =>
    guard('stop', (target, options) => sendStop(target, options, called, tally), called)

  async function sendStop(target: T, options: unknown, called: string, tally?: Tally): Promise<Receipt<K, T, M>> {
    const fields = fieldsOf(options, 'options', stopNames)
    const mode = checkMode(fields['mode'], capabilities)
    const ifMissing = checkIfMissing(fields['ifMissing'])
    const join = checkIfStopping(fields['ifStopping'], capabilities.modes) === 'join' && mode === 'graceful'
    const extra = definition.checkExtra(fields)
    const call = openCall(called, fields, tally)
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
    // What a stop does beside, it did only if it did something; one that was joined does the same.
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
      warnings: [...sideEffects, ...(finding.joined === true ? [alreadyStopping] : []), ...(finding.warnings ?? [])],
      response: rawResponse(finding.answer),
    }
    return { ...known, summary: summaryOfStop(known) }
  }

  const read = guard('read', async (target, options): Promise<Status<K, T>> => {
    const call = openCall('read', fieldsOf(options, 'options', callOptionNames))
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

/** A finding for a target of which the system has no record. */
export function missing(error: StopError, answer: Answer<unknown>, operation: Operation): StopFinding {
  return { outcome: 'gone', phase: 'gone', answer, operation, missing: error }
}
