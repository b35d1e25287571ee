import type { DelayBounds } from '../time/backoff.js'
import { refuse } from '../words/refusal.js'
import { checkDurationMs, fieldsOf } from './check.js'

/** Checks the option `poll`, of a factory or a wait. */
export function checkPoll(value: unknown): DelayBounds | undefined {
  if (value === undefined) return undefined
  const fields = fieldsOf(value, 'poll', ['minDelayMs', 'maxDelayMs'])
  const minDelayMs = checkDurationMs(fields['minDelayMs'], 'poll.minDelayMs', 0)
  const maxDelayMs = checkDurationMs(fields['maxDelayMs'], 'poll.maxDelayMs', 0)
  if (minDelayMs === 0 || maxDelayMs < minDelayMs)
    refuse('poll', 'needs minDelayMs and maxDelayMs, and minDelayMs must not be greater than maxDelayMs')
  return { minDelayMs, maxDelayMs }
}
