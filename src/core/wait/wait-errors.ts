import { isStopError, StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { asStopError, headOf } from '../words/identity.js'
import type { Receipt } from '../words/receipt.js'
import type { Status } from '../words/status.js'
import { advised } from '../words/text.js'
import type { Evidence } from './evidence.js'
import type { StopAndWaitTools } from './tools.js'

/** The errors of `stopAndWait`. Each has what is known of the stops that were sent, and the last state that was read. */
export class WaitErrors<R extends Receipt> {
  constructor(
    readonly tools: StopAndWaitTools<R>,
    readonly evidence: Evidence<R>,
  ) {}

  /** The error of one stop, with the count of all stops that were sent. */
  ofStop(error: StopError): StopError {
    const attempts = Math.max(error.attempts, this.tools.sent())
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts, ...this.#lastRead() })
  }

  /** An error of the wait itself. */
  ofWait(code: StopErrorCode, what: string, httpStatus?: number, hint?: string): StopError {
    const { rules, sent } = this.tools
    const { receipt, doubt } = this.evidence
    const head = headOf({ system: rules.name, called: 'stopAndWait' })
    return new StopError(code, advised(`${head}${what}${this.#said()}`, hint), {
      system: rules.name,
      kind: rules.kind,
      operation: 'stopAndWait',
      attempts: sent(),
      ambiguous: receipt === undefined || doubt !== undefined,
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(receipt === undefined ? {} : { receipt }),
      ...this.#lastRead(),
    })
  }

  /** Runs `work`, and adds what is known of the stop to its error. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const { receipt, doubt } = this.evidence
      const { name: system, kind } = this.tools.rules
      const error = asStopError(thrown, { system, kind, called: 'stopAndWait' }, 'stopAndWait', {
        attempts: this.tools.sent(),
      })
      // An error made here already says it.
      const said = error.operation === 'stopAndWait' && isStopError(thrown) ? '' : this.#said()
      throw new StopError(error.code, `${error.message}${said}`, {
        ...error,
        cause: error.cause,
        // Without a receipt the first stop had no answer, but it may have arrived.
        ambiguous: error.ambiguous || doubt !== undefined || receipt === undefined,
        ...(receipt === undefined ? {} : { receipt }),
        ...this.#lastRead(),
      })
    }
  }

  #said(): string {
    const { receipt, doubt } = this.evidence
    if (receipt !== undefined) return `; the stop had been accepted (HTTP ${receipt.httpStatus})`
    const { httpStatus } = doubt ?? {}
    if (httpStatus !== undefined) return `; the stop was answered with HTTP ${httpStatus}, and may have arrived`
    return '; the stop got no answer and may have arrived'
  }

  #lastRead(): { readonly status?: Status } {
    const { seen } = this.evidence.story
    return seen === undefined ? {} : { status: this.tools.statusOf(seen) }
  }
}
