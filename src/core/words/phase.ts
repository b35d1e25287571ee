/**
 * The state of the work, in one vocabulary for all systems. `native` is the system's own name of the state.
 *
 * `unknown` means that the system did not report the state, or that this package does not know the reported name. Treat
 * `unknown` as running.
 */
export type Phase =
  | 'queued'
  | 'running'
  | 'suspended'
  | 'stopping'
  | 'stopped'
  | 'succeeded'
  | 'failed'
  | 'expired'
  | 'gone'
  | 'unknown'

const ended: ReadonlySet<Phase> = new Set<Phase>(['stopped', 'succeeded', 'failed', 'expired', 'gone'])

/** Whether work in this phase has ended. `unknown` counts as not ended: such work may still run. */
export function isEnded(phase: Phase): boolean {
  return ended.has(phase)
}

/**
 * Maps a system's own state names to phases. A name that is not in the table is `unknown`, also one that every object
 * has, such as `constructor`.
 */
export function phaseWords(words: Readonly<Record<string, Phase>>): (word: string | undefined) => Phase {
  const phases = new Map<string | undefined, Phase>(Object.entries(words))
  return (word) => phases.get(word) ?? 'unknown'
}
