import type { Call } from './call.js'
import { isStopError, StopError } from './error.js'
import { headOf } from './identity.js'
import { operation } from './operation.js'
import type { Progress } from './progress.js'
import type { Warning } from './receipt.js'
import type { StopFinding } from './system.js'

export const alreadyStopping: Warning = {
  code: 'already-stopping',
  message: 'a stop was already under way; this call joined it and started no second stop',
}

export const notChecked: Warning = {
  code: 'not-checked',
  message:
    'it could not be read whether a stop was already under way; if one was, this is a second stop, which can do harm',
}

/** What errors of somebody who waits for a stop of somebody else name. */
const joining = operation('stop', 'once')

/** A stop that is on its way. */
interface Flight {
  /** What came of it, where that can be shared. It never rejects. */
  readonly landed: Promise<StopFinding | undefined>
  /** Whether a request has gone out that may stop the work. */
  readonly mayHaveArrived: () => boolean
  readonly progress: Progress
}

/** Sends a stop; with `mayNotSend`, only looks for the one that got no answer, and fails where it cannot be seen. */
type Send = (mayNotSend: (() => StopError) | undefined) => Promise<StopFinding>

/** The graceful stops of one system that are on their way. Who asks for the same meanwhile shares the answer. */
class StopsUnderWay {
  readonly #flights = new Map<string, Flight>()
  /** Until when a stop that got no answer may still be on its way, on the system's clock. */
  readonly #lost = new Map<string, number>()

  /**
   * Sends a stop, or shares the one that is on its way, for as long as this call's own time and signal allow. Where that
   * one fails, for reasons that may be its caller's own, this call goes on by itself. `isHarmful`: a second stop is; then
   * after one without an answer none is sent for the time that a try may take, and it is only looked for.
   */
  async share(target: unknown, call: Call, isHarmful: boolean, send: Send): Promise<StopFinding> {
    const key = JSON.stringify(target)
    for (;;) {
      const flight = this.#flights.get(key)
      if (flight === undefined) break
      const finding = await call.wait(joining, flight.landed, flight.progress, flight.mayHaveArrived)
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
    const landed = sending.then(land, fail)
    const { progress } = call
    this.#flights.set(key, { landed, progress, mayHaveArrived: () => call.tally.changes > before })
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

/** By definition, which all names of one system share. */
const all = new WeakMap<object, StopsUnderWay>()

export function stopsUnderWay(definition: object): StopsUnderWay {
  const known = all.get(definition) ?? new StopsUnderWay()
  all.set(definition, known)
  return known
}
