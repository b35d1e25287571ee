/**
 * How work is stopped.
 *
 * - `graceful`: asks the work to end and to clean up. This may take long, and the work may ignore it.
 * - `force`: ends the work now. Its clean-up may not run.
 *
 * A call without a mode uses the gentlest mode of the system, its `capabilities.defaultMode`.
 */
export type Mode = 'graceful' | 'force'

/** The modes by name. With this type, the compiler's message about a wrong mode lists the modes, not a type name. */
export interface ModeWords {
  readonly graceful: 'graceful'
  readonly force: 'force'
}

/** The modes of a system. */
export interface Capabilities<M extends Mode = Mode> {
  /** The modes that the system has. Another mode is refused before any request. */
  readonly modes: readonly M[]
  /** The mode of a call that sets none: the gentlest of `modes`. */
  readonly defaultMode: M
}
