import { createTypedClient } from '../call/client.js'
import { type CallOptions, callOptionNames, type Settings, type StopOptions } from '../call/options.js'
import { publicClient } from '../call/public-client.js'
import { fieldsOf } from '../check/check.js'
import type { StopAndWaitOptions, WaitUntilEndedOptions } from '../wait/wait-options.js'
import { guarded } from '../words/identity.js'
import type { Capabilities, Mode } from '../words/mode.js'
import type { Receipt, WaitReceipt } from '../words/receipt.js'
import { refuse } from '../words/refusal.js'
import type { Status } from '../words/status.js'
import { type Closable, closable } from './closing.js'
import { capabilitiesOf, ownDefinition } from './defaults.js'
import type { SystemDefinition } from './definition.js'
import { lay } from './foundation.js'
import { makeStop } from './stop.js'
import { makeWaits } from './waits.js'

/**
 * One system. `K`: its kind. `T`: its target. `M`: its modes. `C`: its typed client. `X`: the options that only its
 * `stop()` has.
 */
export interface System<K extends string, T, M extends Mode, C, X extends object = object> extends Closable {
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
  /** The same system under another name, as `allstop()` does with its names. Both have the same connections. */
  named(name: string): System<K, T, M, C, X>
}

/** Makes a system from its definition and its settings. What all kinds have in common is here, in stop.ts and in waits.ts. */
export function createSystem<K extends string, T, M extends Mode, C extends object, X extends object>(
  settings: Settings,
  given: SystemDefinition<K, T, M, X>,
  name: string = given.kind,
): System<K, T, M, C, X> {
  const definition = ownDefinition(given)
  const foundation = lay(settings, definition, name)
  const { identity, connection, checkOptions, openCall, guard } = foundation
  const sendStop = makeStop(definition, foundation, settings)
  const waits = makeWaits({
    definition,
    foundation,
    stopWith: (called, tally) => guard('stop', (target, options) => sendStop(called, target, options, tally), called),
  })
  const rename = (other: string): System<K, T, M, C, X> => {
    const make = () => createSystem<K, T, M, C, X>(settings, definition, checkName(other))
    return guarded({ ...identity, called: 'named' }, rename, make, 'configure')
  }
  return Object.freeze({
    kind: definition.kind,
    name,
    capabilities: capabilitiesOf(definition),
    client: publicClient(
      () => createTypedClient<C>(connection, definition.unescapedInPath, globalThis.Request),
      connection,
    ),
    stop: guard('stop', (target, options) => sendStop('stop', target, options)),
    read: guard('read', async (target, options): Promise<Status<K, T>> => {
      const call = openCall('read', target, checkOptions(fieldsOf(options, 'options', callOptionNames)))
      return waits.statusOf(target, await definition.readState(call, target), call.elapsedMs())
    }),
    stopAndWait: guard('stopAndWait', waits.stopAndWait),
    waitUntilEnded: guard('waitUntilEnded', waits.waitUntilEnded),
    named: rename,
    ...closable(() => settings.connections.close()),
  })
}

/** The name of a system in a fleet. */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name === '') refuse('name', 'must be a text that is not empty')
  return name
}
