import type { Call } from '../call/call.js'
import { orAccept } from '../call/if-missing.js'
import { type CallOptions, callOptionNames, checkIfMissing, type Settings, type StopOptions } from '../call/options.js'
import { fieldsOf } from '../check/check.js'
import { rawResponse } from '../words/answer.js'
import type { PurgeFinding } from '../words/finding.js'
import { guarded } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import type { PurgeReceipt } from '../words/purge-receipt.js'
import { summaryOfPurge } from '../words/summary.js'
import { ownDefinition } from './defaults.js'
import type { OwnOptions, SystemDefinition } from './definition.js'
import { lay } from './foundation.js'
import { checkName, createSystem, type System } from './system.js'

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

/** The input of a system's purge.ts. */
export interface PurgeRequest<T, Y extends object = object> {
  readonly call: Call
  readonly target: T
  readonly extra: Y
}

/** A system's own part of `purge()`. */
export interface PurgeDefinition<T, Y extends object = object> {
  purge(request: PurgeRequest<T, Y>): Promise<PurgeFinding>
  /** @default purge() has no options of its own */
  readonly purgeOptions?: OwnOptions<Y>
}

/** Makes a system that has `purge()`. */
export function createPurgeableSystem<
  K extends string,
  T,
  M extends Mode,
  C extends object,
  X extends object,
  Y extends object,
>(
  settings: Settings,
  given: SystemDefinition<K, T, M, X> & PurgeDefinition<T, Y>,
  name: string = given.kind,
): PurgeableSystem<K, T, M, C, X, Y> {
  const definition = ownDefinition(given)
  const { identity, checkOptions, openCall, guard } = lay(settings, definition, name)
  const { purgeOptions } = definition
  const rename = (other: string): PurgeableSystem<K, T, M, C, X, Y> => {
    const make = () => createPurgeableSystem<K, T, M, C, X, Y>(settings, definition, checkName(other))
    return guarded({ ...identity, called: 'named' }, rename, make, 'configure')
  }
  return Object.freeze({
    ...createSystem<K, T, M, C, X>(settings, definition, name),
    purge: guard('purge', async (target, options) => {
      const fields = fieldsOf(options, 'options', ['ifMissing', ...callOptionNames, ...(purgeOptions?.names ?? [])])
      const ifMissing = checkIfMissing(fields['ifMissing'])
      const call = openCall('purge', target, checkOptions(fields))
      const extra = (purgeOptions?.check(fields) ?? {}) as Y
      const finding = await definition.purge({ call, target, extra })
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
