import type { Warning } from './receipt.js'
import type { StopFinding } from './system.js'

export const earlierTryUnanswered: Warning = {
  code: 'earlier-try-unanswered',
  message: 'an earlier try of this stop got no answer; it may have ended the work, or may never have arrived',
}

/**
 * What a stop means that was answered only after a try that may have arrived. That the work has ended says no more who
 * ended it; only the system's own word for "stopped" does. A record that the stop itself may take away is gone.
 */
export function afterDoubt(finding: StopFinding, mayVanish: boolean): StopFinding {
  const warnings = [...(finding.warnings ?? []), earlierTryUnanswered]
  if (finding.outcome === 'already-ended') {
    return { ...finding, warnings, outcome: finding.phase === 'stopped' ? 'stopped' : 'already-ended' }
  }
  // What is under way may be this call's own earlier try.
  if (finding.joined === true) return { ...finding, warnings, joined: false }
  if (finding.missing === undefined) return finding
  if (!mayVanish) return { ...finding, warnings }
  const { missing: _, ...gone } = finding
  return { ...gone, warnings }
}
