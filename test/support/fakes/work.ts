/** A piece of work with a scripted life, on the clock of `Date.now()`, which tests may replace by a virtual one. */

/** What happens to the work, in milliseconds after it was made. */
export interface Script {
  /** When it ends by itself; never if absent. */
  readonly endsAfterMs?: number
  readonly endsAs?: 'succeeded' | 'failed'
  /** How long a graceful stop takes to land; absent: it is ignored. */
  readonly gracefulTakesMs?: number
  /** How long a forced one takes. @default 0 */
  readonly forceTakesMs?: number
  /** How long after the end the record disappears; never if absent. */
  readonly vanishesAfterMs?: number
}

export type WorkPhase = 'running' | 'stopping' | 'stopped' | 'succeeded' | 'failed' | 'gone'

export class Work {
  readonly bornAt: number = Date.now()
  /** Every stop that reached the work, in order. */
  readonly stops: { readonly mode: 'graceful' | 'force'; readonly atMs: number }[] = []
  #end: { at: number; as: 'stopped' | 'succeeded' | 'failed'; by?: 'graceful' | 'force' } | undefined

  constructor(readonly script: Script = {}) {
    const { endsAfterMs, endsAs = 'succeeded' } = script
    if (endsAfterMs !== undefined) this.#end = { at: this.bornAt + endsAfterMs, as: endsAs }
  }

  get ageMs(): number {
    return Date.now() - this.bornAt
  }

  get phase(): WorkPhase {
    const now = Date.now()
    if (this.#end === undefined || now < this.#end.at) return this.stops.length > 0 ? 'stopping' : 'running'
    const { vanishesAfterMs } = this.script
    if (vanishesAfterMs !== undefined && now >= this.#end.at + vanishesAfterMs) return 'gone'
    return this.#end.as
  }

  get ended(): boolean {
    return !['running', 'stopping'].includes(this.phase)
  }

  /** Whether a stop ended it (and it has ended). */
  get wasStopped(): boolean {
    return this.ended && this.#end?.as === 'stopped'
  }

  /** The mode of the stop that ended it; undefined when none did, or it has not ended. */
  get endedBy(): 'graceful' | 'force' | undefined {
    return this.ended ? this.#end?.by : undefined
  }

  /** How it ended, also when its record is gone; undefined while it has not. */
  get endedAs(): 'stopped' | 'succeeded' | 'failed' | undefined {
    return this.ended ? this.#end?.as : undefined
  }

  /** How long it has been stopping; undefined while nobody has asked it to. */
  get stoppingForMs(): number | undefined {
    const first = this.stops[0]
    return first === undefined ? undefined : this.ageMs - first.atMs
  }

  /** A stop arrives. It brings the end nearer, never farther; a work that has ended is left alone. */
  stop(mode: 'graceful' | 'force'): void {
    if (this.ended) return
    this.stops.push({ mode, atMs: this.ageMs })
    const { gracefulTakesMs, forceTakesMs = 0 } = this.script
    const takes = mode === 'force' ? forceTakesMs : gracefulTakesMs
    if (takes === undefined) return
    const at = Date.now() + takes
    if (this.#end === undefined || at < this.#end.at) this.#end = { at, as: 'stopped', by: mode }
  }
}
