import type { CallBasis } from '../call/basis.js'
import { rawResponse } from '../words/answer.js'
import type { Identity } from '../words/identity.js'
import { merged } from '../words/merged.js'
import { isEnded } from '../words/phase.js'
import type { Seen } from '../words/state.js'
import type { Status } from '../words/status.js'
import { summaryOfStatus, type Waited } from '../words/summary.js'

/** Makes the public form of a state. `waited` is undefined for a single read. */
export type StatusOf<K extends string, T> = (target: T, seen: Seen, elapsedMs: number, waited?: Waited) => Status<K, T>

/** How one system tells a state to its callers. */
export function statusMaker<K extends string, T>(
  kind: K,
  { system }: Identity,
  { answerId }: Pick<CallBasis, 'answerId'>,
): StatusOf<K, T> {
  return (target, seen, elapsedMs, waited) => {
    const { phase, native, canForce, why, times = {}, answer } = seen
    const requestId = answerId(answer)
    const known: Omit<Status<K, T>, 'summary'> = {
      system,
      kind,
      target,
      phase,
      ended: isEnded(phase),
      ...(native === undefined ? {} : { native }),
      ...(canForce === undefined ? {} : { canForce }),
      ...(why === undefined ? {} : { why }),
      times: Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined)),
      httpStatus: answer.status,
      ...(requestId === undefined ? {} : { requestId }),
      elapsedMs: Math.round(elapsedMs),
      response: rawResponse(answer),
    }
    return merged(known, { summary: summaryOfStatus(known, waited) })
  }
}
