import type { Seen } from '../words/state.js'

/** The single escalation from `graceful` to `force` in a wait: whether it is wanted, when it is due, and why not yet. */
export class Escalation {
  #state: 'none' | 'waiting' | 'done' | 'refused'
  #fromMs: number | undefined
  #why: string | undefined

  /** `afterMs`: the time after the first stop that was accepted or may have arrived; undefined without escalation. */
  constructor(readonly afterMs: number | undefined) {
    this.#state = afterMs === undefined ? 'none' : 'waiting'
  }

  /** A stop was accepted or may have arrived, `atMs` on the clock of the wait. The first one counts. */
  begin(atMs: number): void {
    this.#fromMs ??= atMs
  }

  /** When force is due, on the clock of the wait; undefined while that is not known, or when no force will be sent. */
  get dueMs(): number | undefined {
    if (this.#state !== 'waiting' || this.afterMs === undefined || this.#fromMs === undefined) return undefined
    return this.#fromMs + this.afterMs
  }

  isDue(elapsedMs: number): boolean {
    return elapsedMs >= (this.dueMs ?? Number.POSITIVE_INFINITY)
  }

  /** Why the work was not forced although the time had passed. */
  get why(): string | undefined {
    return this.#why
  }

  /** Whether the system allows force now. A system with its own rule must say so itself. */
  isAllowed({ canForce, neverForce }: Seen, needsPermission: boolean): boolean {
    const isAllowed = !needsPermission || canForce === true
    this.#why = isAllowed ? undefined : `not forced: ${neverForce ?? 'the system does not allow it yet'}`
    return isAllowed
  }

  /** Force is being sent: it is not sent twice. */
  spend(): void {
    this.#state = 'done'
  }

  /** The force did not arrive, so it may be sent again. */
  restore(): void {
    this.#state = 'waiting'
  }

  /** The system refused force; `mayLater`: it may allow it later. */
  refuse(why: string, mayLater: boolean): void {
    this.#state = mayLater ? 'waiting' : 'refused'
    this.#why = `not forced: ${why}`
  }
}
