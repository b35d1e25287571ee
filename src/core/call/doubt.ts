import type { StopFinding } from '../words/finding.js'
import { earlierTryUnanswered } from '../words/warning.js'

/**
 * The meaning of a stop that was answered after an earlier try that may have arrived. If the work has ended, it is not
 * known which try ended it. Only the phase `stopped` proves that it was stopped. If a stop may remove the record, a
 * missing record has the outcome `gone`.
 */
export function afterDoubt(finding: StopFinding, mayVanish: boolean): StopFinding {
  const warnings = [...(finding.warnings ?? []), earlierTryUnanswered]
  if (finding.outcome === 'already-ended') {
    return { ...finding, warnings, outcome: finding.phase === 'stopped' ? 'stopped' : 'already-ended' }
  }
  // The stop that is under way may be the earlier try of this call.
  if (finding.joined === true) return { ...finding, warnings, joined: false }
  if (finding.missing === undefined) return finding
  if (!mayVanish) return { ...finding, warnings }
  const { missing: _, ...gone } = finding
  return { ...gone, warnings }
}
