import { asStopError, guarded } from './core/identity.js'
import type { StopOptions } from './core/options.js'
import type { Receipt } from './core/receipt.js'
import { Refusal, refuse } from './core/refusal.js'
import type { System } from './core/system.js'

/** Any system, as far as a fleet goes. Every function that takes something also fits where `never` is given. */
export interface AnySystem {
  readonly kind: string
  readonly name: string
  stop(target: never, options?: never): Promise<Receipt>
  named(name: string): AnySystem
}

type TargetOf<S> = S extends System<infer _K, infer T, infer _M, infer _C, infer _X> ? T : never
type OptionsOf<S> = S extends System<infer _K, infer _T, infer M, infer _C, infer X> ? StopOptions<M> & X : never
type ReceiptOf<S> = S extends System<infer K, infer T, infer M, infer _C, infer _X> ? Receipt<K, T, M> : never

/** What a fleet stops: the name of one of its systems, and that system's own target beside it. */
export type FleetTarget<S extends Record<string, AnySystem>, N extends keyof S & string = keyof S & string> = {
  [Name in N]: { readonly system: Name } & TargetOf<S[Name]>
}[N]

/** Systems under names, stopped through one function. */
export interface Fleet<S extends Record<string, AnySystem>> {
  /** The systems under their names, each with its own `stop` and typed `client`. */
  readonly systems: { readonly [N in keyof S]: S[N] }
  /**
   * Asks the named system to stop the target, and says what it answered. It does not wait for the end.
   * @throws StopError for everything that is not a receipt
   */
  stop<N extends keyof S & string>(
    target: { readonly system: N } & TargetOf<S[N]>,
    options?: OptionsOf<S[N]>,
  ): Promise<ReceiptOf<S[N]>>
}

const itself = { system: 'fleet', kind: 'fleet' }

/**
 * Composes any number of systems under names of your own, several of one kind too.
 * @throws StopError `invalid_argument` when a value is not a system
 */
export function allstop<const S extends Record<string, AnySystem>>(systems: S): Fleet<S> {
  return guarded(itself, 'configure', () => {
    const named = Object.fromEntries(
      Object.entries(systems).map(([name, system]) => {
        if (typeof system?.named !== 'function') refuse(name, 'must be a system made by a factory of this package')
        return [name, system.named(name)]
      }),
    )
    return Object.freeze({
      systems: Object.freeze(named) as Fleet<S>['systems'],
      stop: async <N extends keyof S & string>(
        target: { readonly system: N } & TargetOf<S[N]>,
        options?: OptionsOf<S[N]>,
      ) => {
        const { system, rest } = dispatch(named, target)
        return (await system.stop(rest as never, options as never)) as ReceiptOf<S[N]>
      },
    })
  })
}

/** Finds the system that a target names, and takes the name off. */
function dispatch(named: Record<string, AnySystem>, target: unknown): { system: AnySystem; rest: unknown } {
  try {
    if (typeof target !== 'object' || target === null) refuse('target', 'must be an object')
    const { system: name, ...rest } = target as Record<string, unknown>
    const system = typeof name === 'string' && Object.hasOwn(named, name) ? named[name] : undefined
    if (system === undefined) refuse('target.system', `must be one of ${Object.keys(named).join(', ')}`)
    return { system, rest }
  } catch (thrown) {
    const error = thrown instanceof Refusal ? thrown : new Refusal('target: cannot be read')
    throw asStopError(error, itself, 'stop')
  }
}
