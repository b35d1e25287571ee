import type { Seen } from './state.js'

/** The one change from `graceful` to `force` that a wait may make: whether it was asked for, when it is due, why not yet. */
export class Escalation {
  #state: 'none' | 'waiting' | 'done' | 'refused'
  #fromMs: number | undefined
  #why: string | undefined

  /** `afterMs`: so long after the first stop that was accepted or may have arrived; undefined when nobody asked for it. */
  constructor(readonly afterMs: number | undefined) {
    this.#state = afterMs === undefined ? 'none' : 'waiting'
  }

  /** A stop was accepted or may have arrived, `atMs` on the clock of the wait. The first one counts. */
  begin(atMs: number): void {
    this.#fromMs ??= atMs
  }

  /** When force is due, on the clock of the wait; undefined while it cannot be said, and when there is none to come. */
  get dueMs(): number | undefined {
    if (this.#state !== 'waiting' || this.afterMs === undefined || this.#fromMs === undefined) return undefined
    return this.#fromMs + this.afterMs
  }

  isDue(elapsedMs: number): boolean {
    return elapsedMs >= (this.dueMs ?? Number.POSITIVE_INFINITY)
  }

  /** Why the work was not forced although the time had come, in words. */
  get why(): string | undefined {
    return this.#why
  }

  /** Whether the system allows force now. It must say so itself where it has a rule of its own. */
  isAllowed({ canForce, neverForce }: Seen, needsPermission: boolean): boolean {
    const isAllowed = !needsPermission || canForce === true
    this.#why = isAllowed ? undefined : `not forced: ${neverForce ?? 'the system does not allow it yet'}`
    return isAllowed
  }

  /** Force is being sent: it is not sent twice. */
  spend(): void {
    this.#state = 'done'
  }

  /** Nothing arrived, so that the one force has not been spent. */
  restore(): void {
    this.#state = 'waiting'
  }

  /** The system refused force; `mayLater`: it may allow it later. */
  refuse(why: string, mayLater: boolean): void {
    this.#state = mayLater ? 'waiting' : 'refused'
    this.#why = `not forced: ${why}`
  }
}
