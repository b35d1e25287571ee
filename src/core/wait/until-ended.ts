import { acceptHint } from '../call/if-missing.js'
import { isWrongAddress } from '../http/network.js'
import { StopError } from '../words/error.js'
import { headOf } from '../words/identity.js'
import { isEnded } from '../words/phase.js'
import type { Seen } from '../words/state.js'
import { advised } from '../words/text.js'
import { Blindness } from './blindness.js'
import { follow } from './follow.js'
import type { WaitTools } from './tools.js'

const noRecord = advised('the system has no record of the target', acceptHint)

/** The result: the last state. */
export interface UntilEndedResult {
  readonly seen: Seen
  /** The last read failed. */
  readonly isBlind: boolean
}

/** Reads the state until the work has ended or the deadline has passed. It stops nothing. */
export async function untilEnded(tools: WaitTools): Promise<UntilEndedResult> {
  const { rules, settings, elapsedMs } = tools
  const head = headOf({ system: rules.name, called: 'waitUntilEnded' })
  const about = { system: rules.name, kind: rules.kind, operation: 'waitUntilEnded', ambiguous: false }
  const blindness = new Blindness(settings.clock)
  let last: Seen | undefined
  let existed = false
  let hopeless = 0
  const how = await follow({
    ...settings,
    elapsedMs,
    read: tools.read,
    atOnce: true,
    sent: () => 0,
    onFailed: (error) => {
      blindness.failed(error)
      // Where nothing was ever read, a wrong address ends the wait after the tries of an ordinary request.
      const isRefused = error.code === 'protocol' && Number(error.httpStatus) >= 400
      if (last === undefined && (isRefused || isWrongAddress(error))) hopeless += 1
      if (hopeless >= tools.retry.attempts) throw error
    },
    alarmMs: () => undefined,
    onSeen: async (seen) => {
      if (last?.phase !== seen.phase || last.native !== seen.native) await tools.onSeen(seen)
      last = seen
      blindness.over()
      if (seen.phase !== 'gone' && seen.phase !== 'unknown') existed = true
      if (seen.phase !== 'gone' || existed) return isEnded(seen.phase)
      if (elapsedMs() < rules.appearsWithinMs) return false
      if (tools.ifMissing === 'accept') return true
      throw new StopError('not_found', `${head}${noRecord}`, { ...about, attempts: 1, httpStatus: seen.answer.status })
    },
  })
  if (how === 'aborted' || last === undefined) {
    const code = how === 'aborted' ? 'aborted' : 'deadline_exceeded'
    const what = [code.replace('_', ' '), blindness.why].filter(Boolean).join('; ')
    const status = last === undefined ? {} : { status: tools.statusOf(last) }
    throw new StopError(code, `${head}${what}; nothing was stopped`, { ...about, attempts: 0, ...status })
  }
  const why = [blindness.why, last.why].filter(Boolean).join('; ') || undefined
  return { seen: { ...last, why }, isBlind: blindness.error !== undefined }
}
