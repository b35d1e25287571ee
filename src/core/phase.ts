/**
 * Where a piece of work stands, in one vocabulary for all systems. The system's own word stands beside it (`native`).
 *
 * `unknown` is what we say of a word we do not know, and of work that the system told nothing about: treat it as running.
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

/** Whether work in this phase has ended. `unknown` has not: what we cannot read may still run. */
export function isEnded(phase: Phase): boolean {
  return ended.has(phase)
}

/**
 * A system's own words for where work stands. A word that is not among them is `unknown`, also one that every object
 * has, such as `constructor`.
 */
export function phaseWords(words: Readonly<Record<string, Phase>>): (word: string | undefined) => Phase {
  const phases = new Map<string | undefined, Phase>(Object.entries(words))
  return (word) => phases.get(word) ?? 'unknown'
}
