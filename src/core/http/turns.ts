import type { AttemptSignal } from '../time/attempt-signal.js'
import type { Carry } from './carry.js'

/**
 * A carry that sends at most so many requests at a time. The others wait in order, and those whose try ends go. (A pool of
 * undici would keep them, and open connections for them that then carry nothing.)
 */
export function limited(carry: Carry, most: number): Carry {
  const turns = new Turns(most)
  const leave = (): void => turns.leave()
  return (request, attempt, begun) =>
    turns.take()
      ? carry(request, attempt, begun, leave)
      : turns.wait(attempt).then(() => carry(request, attempt, begun, leave))
}

/** Only browsers have no `setImmediate`. */
const later: (work: () => void) => unknown = globalThis.setImmediate ?? setTimeout

class Turns {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(most: number) {
    this.#free = most
  }

  /** Takes a turn if one is free. */
  take(): boolean {
    if (this.#free === 0) return false
    this.#free -= 1
    return true
  }

  /** Waits for a turn. After the end of the try the promise never settles. */
  wait(attempt: AttemptSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve)
      attempt.onEnd(() => this.#waiting.delete(resolve))
    })
  }

  /** Gives a turn back, to the one that has waited longest. */
  leave(): void {
    if (this.#waiting.size === 0) this.#free += 1
    // Tries that began together end together, one after the other: those behind this one must be able to go first.
    else later(() => this.#pass())
  }

  #pass(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free += 1
    else {
      this.#waiting.delete(next)
      next()
    }
  }
}
