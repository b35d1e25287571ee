import type { Call } from '../call/call.js'
import { orAccept } from '../call/if-missing.js'
import { type CallOptions, callOptionNames, checkIfMissing, type StopOptions } from '../call/options.js'
import { fieldsOf } from '../check/check.js'
import { type Answer, rawResponse } from '../words/answer.js'
import type { StopError } from '../words/error.js'
import { guarded } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import type { Operation } from '../words/operation.js'
import type { PurgeReceipt } from '../words/purge-receipt.js'
import { summaryOfPurge } from '../words/summary.js'
import type { SystemDefinition } from './definition.js'
import { checkName, createSystem, lay, type System } from './system.js'

/** The options that `purge()` has on every system. */
export type PurgeOptions = CallOptions & Pick<StopOptions, 'ifMissing'>

/** A system that keeps a record of ended work. `Y`: the options that only its `purge()` has. */
export interface PurgeableSystem<K extends string, T, M extends Mode, C, X extends object, Y extends object>
  extends System<K, T, M, C, X> {
  /**
   * Removes the record of work that has ended.
   * @throws StopError `failed_precondition` when the work has not ended; `not_found` when there is no record, unless
   * `ifMissing: 'accept'`
   */
  purge(target: T, options?: PurgeOptions & Y): Promise<PurgeReceipt<K, T>>
  named(name: string): PurgeableSystem<K, T, M, C, X, Y>
}

/** What a system's purge.ts found. */
export interface PurgeFinding {
  readonly outcome: PurgeReceipt['outcome']
  readonly answer: Answer<unknown>
  readonly operation: Operation
  /** The system has no record of the target. This error is thrown unless the caller accepts that. */
  readonly missing?: StopError
  /** The purge does not remove the record, so an earlier try of it cannot be why the record is missing. @default false */
  readonly keepsRecord?: boolean
}

/** A system's own part of `purge()`. */
export interface PurgeDefinition<T, C, Y extends object> {
  readonly options: readonly string[]
  check(options: Readonly<Record<string, unknown>>): Y
  run(request: { call: Call; client: C; target: T; extra: Y }): Promise<PurgeFinding>
}

/** Makes a system that has `purge()`. */
export function createPurgeableSystem<K extends string, T, M extends Mode, C, X extends object, Y extends object>(
  definition: SystemDefinition<K, T, M, C, X>,
  own: PurgeDefinition<T, C, Y>,
  name: string = definition.kind,
): PurgeableSystem<K, T, M, C, X, Y> {
  const { identity, client, openCall, guard } = lay(definition, name)
  const rename = (other: string): PurgeableSystem<K, T, M, C, X, Y> => {
    const make = () => createPurgeableSystem(definition, own, checkName(other))
    return guarded({ ...identity, called: 'named' }, rename, make, 'configure')
  }
  return Object.freeze({
    ...createSystem(definition, name),
    purge: guard('purge', async (target, options) => {
      const fields = fieldsOf(options, 'options', ['ifMissing', ...callOptionNames, ...own.options])
      const ifMissing = checkIfMissing(fields['ifMissing'])
      const call = openCall('purge', target, fields)
      const finding = await own.run({ call, client, target, extra: own.check(fields) })
      // An earlier try without an answer may have removed the record, so a missing record is a success.
      const wanted = ifMissing === 'accept' || (call.isDoubtful(finding.operation) && finding.keepsRecord !== true)
      if (finding.missing !== undefined && !wanted) throw orAccept(finding.missing)
      const known: Omit<PurgeReceipt<K, T>, 'summary'> = {
        system: name,
        kind: definition.kind,
        target,
        outcome: finding.outcome,
        httpStatus: finding.answer.status,
        attempts: call.tally.changes,
        elapsedMs: Math.round(call.elapsedMs()),
        response: rawResponse(finding.answer),
      }
      return { ...known, summary: summaryOfPurge(known) }
    }),
    named: rename,
  })
}
