/**
 * The state of a piece of work, in one vocabulary for all systems. `native` holds the system's own word.
 *
 * `unknown` stands for a native word that is not in the table, and for work whose state the system did not report:
 * treat it as running.
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
 * The phases of a system's own words. A word that is not in the table is `unknown`, also one that every object has,
 * such as `constructor`.
 */
export function phaseWords(words: Readonly<Record<string, Phase>>): (word: string | undefined) => Phase {
  const phases = new Map<string | undefined, Phase>(Object.entries(words))
  return (word) => phases.get(word) ?? 'unknown'
}
