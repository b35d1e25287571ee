import { purgedOrMissing } from '../../core/call/refused.js'
import { checkFlag } from '../../core/check/check.js'
import type { OwnOptions } from '../../core/system/definition.js'
import type { PurgeRequest } from '../../core/system/purge.js'
import { isBare } from '../../core/words/answer.js'
import type { PurgeFinding } from '../../core/words/finding.js'
import { isEnded } from '../../core/words/phase.js'
import { Refusal } from '../../core/words/refusal.js'
import type { ChooseApi } from './api.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { pathOf, type RestateTarget } from './target.js'

/** The options that only `purge()` of Restate has. */
export interface RestatePurgeOptions {
  /**
   * Remove only the journal (the steps) and keep the result. Needs a server since 1.4.0.
   * @default false
   */
  readonly journalOnly?: boolean | undefined
}

export const purgeOptions: OwnOptions<RestatePurgeOptions> = {
  names: ['journalOnly'],
  check: (fields) => ({ journalOnly: checkFlag(fields['journalOnly'], 'journalOnly') }),
}

type Request = PurgeRequest<RestateTarget, RestatePurgeOptions>

/** Removes the record of an ended invocation: its result, its idempotency key and, for a workflow, its key and state. */
export async function purge(request: Request, chooseApi: ChooseApi): Promise<PurgeFinding> {
  const api = await chooseApi(request.call)
  return api === 'patch' ? purgeByPatch(request) : purgeByDelete(request)
}

async function purgeByPatch({ call, target, extra }: Request): Promise<PurgeFinding> {
  const journal = extra.journalOnly === true
  const operation = journal ? operations.purgeJournal : operations.purgeInvocation
  const answer = await call.send(operation, pathOf(target))
  return purgedOrMissing(call, operation, answer, answer.status === 200 && isBare(answer), journal)
}

/** DELETE answers 202 in every state, and does nothing while the work runs. So the state is read first. */
async function purgeByDelete({ call, target, extra }: Request): Promise<PurgeFinding> {
  if (extra.journalOnly) throw new Refusal('journalOnly: needs a server since 1.4.0', 'unsupported')
  const operation = operations.purgeByDelete
  const before = await readState(call, target)
  if (before.phase === 'gone') {
    const missing = call.failure(operations.query, before.answer, { code: 'not_found', hint: 'no such invocation' })
    return { outcome: 'gone', answer: before.answer, operation: operations.query, missing }
  }
  if (!isEnded(before.phase)) {
    const hint = `the invocation is ${before.native ?? before.phase}`
    throw call.failure(operations.query, before.answer, { code: 'failed_precondition', hint })
  }
  const answer = await call.send(operation, { ...pathOf(target), query: { mode: 'Purge' } })
  if (answer.status !== 202) throw call.failure(operation, answer)
  const after = await readState(call, target).catch(() => undefined)
  return { outcome: after?.phase === 'gone' ? 'purged' : 'accepted', answer, operation }
}
