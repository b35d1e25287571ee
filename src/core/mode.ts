/**
 * How work is asked to stop.
 *
 * - `graceful`: ask the work to end and to clean up. It may take long, and the work may ignore it.
 * - `force`: end it now; its clean-up may not run.
 *
 * A call without a mode uses the gentlest that the system has, its `capabilities.defaultMode`.
 */
export type Mode = 'graceful' | 'force'

/** The modes under their own names: through it, a wrong mode is told the right words, and not the name of a type. */
export interface ModeWords {
  readonly graceful: 'graceful'
  readonly force: 'force'
}

/** What a system can be asked to do. */
export interface Capabilities<M extends Mode = Mode> {
  /** The modes that the system has; another one is refused before any request. */
  readonly modes: readonly M[]
  /** The mode of a call that names none: the gentlest of `modes`. */
  readonly defaultMode: M
}
