/** How long and how often is measured. */
export interface Settings {
  /** How often each contender has its turn. What is printed is the median. */
  readonly rounds: number
  /** How long a turn takes, in milliseconds. */
  readonly ms: number
  /** How many stops are sent to look for a leak. */
  readonly stops: number
  /** Measure the SDKs of the vendors too. */
  readonly sdks: boolean
}
