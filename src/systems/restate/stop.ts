import { afterDoubt } from '../../core/call/doubt.js'
import { missingOrThrow, whyRefused } from '../../core/call/refused.js'
import type { StopRequest } from '../../core/system/definition.js'
import { isBare } from '../../core/words/answer.js'
import { isStopError } from '../../core/words/error.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import { isEnded } from '../../core/words/phase.js'
import type { Seen } from '../../core/words/state.js'
import type { Warning } from '../../core/words/warning.js'
import type { ChooseApi } from './api.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { pathOf, type RestateTarget } from './target.js'

/** The modes of Restate: `graceful` is cancel, `force` is kill. */
export type RestateMode = 'graceful' | 'force'

type Request = StopRequest<RestateTarget, RestateMode>

export const cancelTakesChildren: Warning = {
  code: 'children-stopped',
  message: 'cancel also cancels the calls that the invocation awaits; one-way and delayed calls continue',
}

export const killTakesChildren: Warning = {
  code: 'children-stopped',
  message: 'kill also kills the calls that the invocation made, one-way and delayed calls included, without clean-up',
}

export const codeMayRun: Warning = {
  code: 'remote-may-run',
  message: 'after a kill, the code of the handler may run until its next await of the context',
}

const anyIdIsAccepted: Warning = {
  code: 'existence-unknown',
  message: 'DELETE answers 202 to every well-formed id, also to one that never existed or has ended',
}

/** Ignores the failures that an old server may give for the query. Other errors, such as an abort or a refused credential, are thrown. */
function passing(thrown: unknown): undefined {
  if (!isStopError(thrown) || !['unavailable', 'protocol', 'unknown', 'rate_limited'].includes(thrown.code))
    throw thrown
}

/** Cancels or kills an invocation, through the API generation of the server. */
export async function stop(request: Request, chooseApi: ChooseApi): Promise<StopFinding> {
  const api = await chooseApi(request.call)
  // A second cancel would break the compensation that the first one began.
  const { joined, seen } = await request.look()
  if (joined !== undefined) return joined
  const sending = api === 'patch' ? stopByPatch(request) : stopByDelete(request, seen)
  return sending.catch((thrown: unknown) => readBack(request, thrown))
}

/** A cancel that may have arrived is not sent again. The state is read; if the invocation has ended, that is the result. */
async function readBack({ call, target, mode }: Request, thrown: unknown): Promise<StopFinding> {
  const mayHaveArrived = mode === 'graceful' && isStopError(thrown) && thrown.ambiguous && thrown.code !== 'aborted'
  if (!mayHaveArrived) throw thrown
  const { phase, native, why, answer } = await readState(call, target).catch(() => {
    throw thrown
  })
  if (phase === 'gone' || !isEnded(phase)) throw thrown
  return afterDoubt({ outcome: 'already-ended', phase, native, why, answer, operation: operations.query }, true)
}

async function stopByPatch({ call, target, mode }: Request): Promise<StopFinding> {
  const operation = mode === 'force' ? operations.killInvocation : operations.cancelInvocation
  const answer = await call.send(operation, pathOf(target))
  // Killed, or cancelled before it had begun. Restate's 200 has no body; a 200 with a body is from another server.
  if (answer.status === 200 && isBare(answer)) return { outcome: 'stopped', phase: 'stopped', answer, operation }
  if (answer.status === 202) return { outcome: 'accepted', phase: 'unknown', answer, operation }
  if (answer.status !== 409) return missingOrThrow(call, operation, answer)
  // One more request reads how it ended. If that fails, only Restate's own message proves the end.
  const { finding, seen } = await whyRefused(operation, answer, () => readState(call, target))
  if (finding !== undefined) return { ...finding, why: seen?.why }
  const error = call.failure(operation, answer)
  const { phase = 'unknown', native, why } = seen ?? {}
  // A missing row may mean that the invocation never existed. A 409 does not prove an end if the row still runs.
  const isTold = /already completed/.test(error.providerMessage ?? '') && (phase === 'gone' || phase === 'unknown')
  if (!isTold) throw error
  return { outcome: 'already-ended', phase, native, why, answer, operation }
}

/** DELETE answers 202 to any id, so the state is read before. */
async function stopByDelete({ call, target, mode }: Request, seen: Seen | undefined): Promise<StopFinding> {
  const operation = mode === 'force' ? operations.killByDelete : operations.cancelByDelete
  // `whole: true` skips the journal: this read only needs to know whether the invocation exists and has ended.
  const before = seen ?? (await readState(call, target, { whole: true }).catch(passing))
  if (before?.phase === 'gone') {
    const hint = 'the server has no record of the invocation'
    const error = call.failure(operations.query, before.answer, { code: 'not_found', hint })
    return missing(error, before.answer, operations.query)
  }
  if (before !== undefined && isEnded(before.phase)) {
    const { phase, native, why, answer } = before
    return { outcome: 'already-ended', phase, native, why, answer, operation: operations.query }
  }
  // The mode is always sent, because a request without one is a cancel.
  const query = { mode: mode === 'force' ? 'Kill' : 'Cancel' } as const
  const answer = await call.send(operation, { ...pathOf(target), query })
  if (answer.status === 202) {
    const warnings = before === undefined ? [anyIdIsAccepted] : []
    return { outcome: 'accepted', phase: 'unknown', answer, operation, warnings }
  }
  return missingOrThrow(call, operation, answer)
}
