/** The shortest and the longest pause between two requests, in milliseconds. */
export interface DelayBounds {
  readonly minDelayMs: number
  readonly maxDelayMs: number
}

/**
 * The pause before try number `attempt` (0 is the first): exponential with full jitter, so that many callers who began
 * together do not come back together (aws.amazon.com, "Exponential Backoff And Jitter").
 */
export function backoffMs(
  attempt: number,
  { minDelayMs, maxDelayMs }: DelayBounds,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(attempt + 1, 30))
  return minDelayMs + random() * (ceiling - minDelayMs)
}
