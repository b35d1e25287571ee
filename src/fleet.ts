import type { CallOptions } from './core/call/options.js'
import { fieldsOf } from './core/check/check.js'
import { type Closable, closable } from './core/system/closing.js'
import type { PurgeableSystem } from './core/system/purge.js'
import type { System } from './core/system/system.js'
import type { StopAndWaitOptions, WaitUntilEndedOptions } from './core/wait/wait-options.js'
import { asStopError, guarded } from './core/words/identity.js'
import type { Receipt, WaitReceipt } from './core/words/receipt.js'
import { refuse } from './core/words/refusal.js'
import type { Status } from './core/words/status.js'
import { inPlaceOf, type Trace, traced, traceOf } from './core/words/trace.js'

/** Any system, as a fleet needs it. Parameters are `never`, so that the functions of every system are assignable. */
export interface AnySystem {
  readonly kind: string
  readonly name: string
  stop(target: never, options?: never): Promise<Receipt>
  read(target: never, options?: never): Promise<Status>
  stopAndWait(target: never, options: never): Promise<WaitReceipt>
  waitUntilEnded(target: never, options: never): Promise<Status>
  named(name: string): AnySystem
  close?(): Promise<void>
}

type TargetOf<S> = S extends System<infer _K, infer T, infer _M, infer _C, infer _X> ? T : never
type StatusOf<S> = S extends System<infer K, infer T, infer _M, infer _C, infer _X> ? Status<K, T> : never
type Verb = 'stop' | 'read' | 'stopAndWait' | 'waitUntilEnded'
type Options<S extends AnySystem, V extends Verb> = Parameters<S[V]>[1]
type Result<S extends AnySystem, V extends Verb> = ReturnType<S[V]>
/** The options for one of several systems. `onPhase` takes a status of any of them, so that its type is the same for all. */
type StopAndWaitOptionsOf<S, All = S> =
  S extends System<infer _K, infer _T, infer M, infer _C, infer _X>
    ? With<StopAndWaitOptions<M, StatusOf<All>>, ExtraOf<S>>
    : never
type ExtraOf<S> =
  S extends PurgeableSystem<infer _K, infer _T, infer _M, infer _C, infer X, infer _Y>
    ? X
    : S extends System<infer _K, infer _T, infer _M, infer _C, infer X>
      ? X
      : never
type With<O, X> = [keyof X] extends [never] ? O : O & X
type Named<N, T> = { readonly system: N } & T

/** A target of a fleet: the name of one of its systems, and the target fields of that system. */
export type FleetTarget<S extends Record<string, AnySystem>> = {
  [N in keyof S & string]: Named<N, TargetOf<S[N]>>
}[keyof S & string]

/**
 * Named systems with one set of functions. Each function calls that of the named system. (A type and not an interface,
 * because editors would show the whole fleet before each function.)
 */
export type Fleet<S extends Record<string, AnySystem>> = Closable & {
  /** The systems by name, each with its own functions and typed `client`. */
  readonly systems: { readonly [N in keyof S]: S[N] }
  /**
   * Asks the named system to stop the target, and returns what the system answered. It does not wait for the end.
   * @throws StopError for everything that is not a receipt
   */
  stop<N extends keyof S & string>(
    target: Named<N, TargetOf<S[N]>>,
    options?: Options<S[N], 'stop'>,
  ): Result<S[N], 'stop'>
  /** Reads the state of the target from the named system. A target without a record has the phase `gone`. */
  read<N extends keyof S & string>(target: Named<N, TargetOf<S[N]>>, options?: CallOptions): Result<S[N], 'read'>
  /**
   * Stops the target, then reads its state until the work has ended or the deadline has passed. At the deadline the
   * outcome is `accepted`, with the last phase that was read. A temporary failure of a read does not end the wait; `why`
   * reports it.
   * @throws StopError when the stop fails, or when the state cannot be read for a permanent reason, such as a refused
   * credential. `receipt` holds what is known of a stop that was accepted.
   */
  stopAndWait<N extends keyof S & string>(
    target: Named<N, TargetOf<S[N]>>,
    options: StopAndWaitOptionsOf<S[N]>,
  ): Result<S[N], 'stopAndWait'>
  /**
   * Reads the state of the target until the work has ended or the deadline has passed. It stops nothing. It returns the
   * last state; check `ended`.
   * @throws StopError `not_found` when there is no record from the start, unless `ifMissing: 'accept'`
   */
  waitUntilEnded<N extends keyof S & string>(
    target: Named<N, TargetOf<S[N]>>,
    options: WaitUntilEndedOptions<StatusOf<S[N]>>,
  ): Result<S[N], 'waitUntilEnded'>
}

const itself = { system: 'fleet', kind: 'fleet' }

/**
 * Makes a fleet of any number of systems under names of your choice. It can hold several systems of one kind.
 * @throws StopError `invalid_argument` when there is no system, or a value is not a system
 */
export function allstop<const S extends Record<string, AnySystem>>(systems: S): Fleet<S> {
  return guarded({ ...itself, called: 'configure' }, allstop, () => {
    const isSystem = typeof (systems as Partial<AnySystem> | undefined)?.named === 'function'
    const given = systems === undefined || isSystem ? [] : Object.entries(fieldsOf(systems, 'systems') as S)
    if (given.length === 0) {
      refuse('systems', 'must hold at least one system under a name, such as { orders: restate({ baseUrl }) }')
    }
    const named = Object.fromEntries(
      given.map(([name, system]) => {
        if (typeof system?.named !== 'function') refuse(name, 'must be a system made by a factory of this package')
        return [name, system.named(name)]
      }),
    )
    const through = (verb: 'stop' | 'read' | 'stopAndWait' | 'waitUntilEnded') => {
      const entry = async (target: unknown, options: unknown): Promise<unknown> => {
        const trace = traceOf(entry)
        const { system, rest } = dispatch(named, target, verb, trace)
        return inPlaceOf(trace, () => system[verb](rest as never, options as never))
      }
      return entry
    }
    return Object.freeze({
      systems: Object.freeze(named),
      stop: through('stop'),
      read: through('read'),
      stopAndWait: through('stopAndWait'),
      waitUntilEnded: through('waitUntilEnded'),
      ...closable(async () => {
        await Promise.all(Object.values(named).map((system) => system.close?.()))
      }),
      // The type gives each name its own types; `through` does the same for all names.
    }) as unknown as Fleet<S>
  })
}

/** Finds the system that a target names, and removes the name from the target. */
function dispatch(
  named: Record<string, AnySystem>,
  target: unknown,
  verb: string,
  trace: Trace,
): { system: AnySystem; rest: unknown } {
  try {
    const { system: name, ...rest } = fieldsOf(target, 'target')
    const system = typeof name === 'string' && Object.hasOwn(named, name) ? named[name] : undefined
    if (system === undefined) refuse('target.system', `must be one of ${Object.keys(named).join(', ')}`)
    return { system, rest }
  } catch (thrown) {
    throw traced(asStopError(thrown, { ...itself, called: verb }), trace)
  }
}
