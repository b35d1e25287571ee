import type { Phase } from './phase.js'

/** Where a piece of work stands, as the system said it. */
export interface State {
  readonly phase: Phase
  /** The system's own word, such as `ERROR_AUTO_RETRY`. */
  readonly native?: string | undefined
}
