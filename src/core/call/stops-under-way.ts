import { isStopError, StopError } from '../words/error.js'
import type { StopFinding } from '../words/finding.js'
import { headOf } from '../words/identity.js'
import { operation } from '../words/operation.js'
import type { Call } from './call.js'
import type { Progress } from './progress.js'

/** The operation in the errors of a call that waits for the stop of another call. */
const joining = operation('stop', 'harmful', 'POST /')

/** A stop that was sent and is not answered yet. */
interface Flight {
  /** Its result; undefined if the result cannot be shared. It never rejects. */
  readonly result: Promise<StopFinding | undefined>
  /** Whether a request was sent that may stop the work. */
  readonly mayHaveArrived: () => boolean
  readonly progress: Progress
}

/** Sends a stop. With `mayNotSend` it only reads the state, and fails if the stop without an answer cannot be seen. */
type Send = (mayNotSend: (() => StopError) | undefined) => Promise<StopFinding>

/** The unanswered graceful stops of one system. Calls for the same target share one request and its answer. */
class StopsUnderWay {
  readonly #flights = new Map<string, Flight>()
  /** Until when a stop without an answer may still arrive, on the system's clock. */
  readonly #lost = new Map<string, number>()

  /**
   * Sends a stop, or waits for the one that is under way, within the time and signal of this call. If the other stop fails,
   * this call sends its own, because the reason may concern only the other caller. `isHarmful`: a second stop can do harm.
   * Then, after a stop without an answer, no stop is sent for the time of one try; only the state is read.
   */
  async share(target: unknown, call: Call, isHarmful: boolean, send: Send): Promise<StopFinding> {
    const key = JSON.stringify(target)
    for (;;) {
      const flight = this.#flights.get(key)
      if (flight === undefined) break
      const finding = await call.wait(joining, flight)
      if (finding !== undefined) return { ...finding, joined: true }
    }
    const before = call.tally.changes
    const sending = send(this.#isLost(key, call.settings.clock.elapsed()) ? () => notAgain(call) : undefined)
    const land = (finding?: StopFinding): StopFinding | undefined => {
      this.#flights.delete(key)
      return finding?.outcome === 'accepted' || finding?.outcome === 'stopped' ? finding : undefined
    }
    const fail = (error: unknown): undefined => {
      const isOpen = isStopError(error) && error.ambiguous && call.tally.changes > before
      if (isOpen && isHarmful) this.#lost.set(key, call.settings.clock.elapsed() + call.options.attemptTimeoutMs)
      land()
    }
    const result = sending.then(land, fail)
    const { progress } = call
    this.#flights.set(key, { result, progress, mayHaveArrived: () => call.tally.changes > before })
    return sending
  }

  #isLost(key: string, now: number): boolean {
    for (const [each, until] of this.#lost) if (until <= now) this.#lost.delete(each)
    return this.#lost.has(key)
  }
}

function notAgain({ identity }: Call): StopError {
  const what = 'an earlier stop got no answer and may still arrive, so no second stop is sent now'
  const { system, kind } = identity
  return new StopError('unavailable', `${headOf(identity)}${what}; ifStopping: 'repeat' sends one`, {
    ...{ system, kind, operation: 'stop', attempts: 0, ambiguous: true },
  })
}

/** The key is the settings object, which all `named()` copies of a system share. */
const all = new WeakMap<object, StopsUnderWay>()

export function stopsUnderWay(settings: object): StopsUnderWay {
  const known = all.get(settings) ?? new StopsUnderWay()
  all.set(settings, known)
  return known
}
