import { callOptionNames, checkIfMissing, checkMode } from '../call/options.js'
import { noRetry } from '../call/retry.js'
import type { Tally } from '../call/tally.js'
import { fieldsOf } from '../check/check.js'
import { startAttemptSignal } from '../time/attempt-signal.js'
import { stopAndWait } from '../wait/stop-and-wait.js'
import type { WaitTools } from '../wait/tools.js'
import { untilEnded } from '../wait/until-ended.js'
import { checkEscalation, checkWaitOptions, type WaitOptions, waitOptionNames } from '../wait/wait-options.js'
import { rawResponse } from '../words/answer.js'
import type { Mode } from '../words/mode.js'
import type { Receipt, WaitReceipt } from '../words/receipt.js'
import type { Memory, Seen } from '../words/state.js'
import type { Status } from '../words/status.js'
import { summaryOfStop } from '../words/summary.js'
import { capabilitiesOf, waitRulesOf } from './defaults.js'
import type { SystemDefinition } from './definition.js'
import type { Foundation } from './foundation.js'
import { type StatusOf, statusMaker } from './public-status.js'

/** What the waits of a system are made of. */
interface Parts<K extends string, T, M extends Mode, X extends object> {
  readonly definition: SystemDefinition<K, T, M, X>
  readonly foundation: Foundation<T>
  /** Makes a `stop()` whose requests are counted. */
  readonly stopWith: (called: string, tally: Tally) => (target: unknown, options: unknown) => Promise<Receipt<K, T, M>>
}

/** The waits of a system, and the public form of a state. */
export interface Waits<K extends string, T, M extends Mode> {
  stopAndWait(target: T, options: unknown): Promise<WaitReceipt<K, T, M>>
  waitUntilEnded(target: T, options: unknown): Promise<Status<K, T>>
  readonly statusOf: StatusOf<K, T>
}

/** Makes `stopAndWait` and `waitUntilEnded` of a system's own stop and read. */
export function makeWaits<K extends string, T, M extends Mode, X extends object>({
  definition,
  foundation: { identity, basis, checkOptions, openCall },
  stopWith,
}: Parts<K, T, M, X>): Waits<K, T, M> {
  const { kind } = definition
  const { settings } = basis
  const capabilities = capabilitiesOf(definition)
  const rules = waitRulesOf(definition, identity.system)
  const statusOf = statusMaker<K, T>(kind, identity, basis)

  /** What both waits share: the checked options, a clock, and how to read. */
  function begin(called: string, target: T, options: unknown, names: readonly string[]) {
    const fields = fieldsOf(options, 'options', [...callOptionNames, ...waitOptionNames, 'ifMissing', ...names])
    const wait = checkWaitOptions(fields)
    const call = checkOptions(fields)
    const memory: Memory = {}
    const { clock } = settings
    const began = clock.elapsed()
    const elapsedMs = (): number => clock.elapsed() - began
    const onPhase = fields['onPhase'] as WaitOptions<Status<K, T>>['onPhase']
    const tools: Omit<WaitTools, 'ifMissing'> = {
      rules,
      settings: { ...wait, clock, bounds: wait.poll ?? settings.poll ?? rules.poll },
      retry: call.retry,
      elapsedMs,
      statusOf: (seen) => statusOf(target, seen, elapsedMs()),
      read: (timeoutMs) => {
        // The wait itself reads again, with its own pauses.
        const limited = { ...call, timeoutMs: Math.min(call.timeoutMs, timeoutMs), retry: noRetry }
        return definition.readState(openCall(called, target, limited), target, memory)
      },
      onSeen: async (seen) => {
        if (onPhase === undefined) return
        const told = onPhase(statusOf(target, seen, elapsedMs()))
        // A promise that does not settle must not extend the wait.
        const waiting = startAttemptSignal(Math.max(0, wait.deadlineMs - elapsedMs()), [wait.signal])
        try {
          await waiting.race(Promise.resolve(told))
        } catch (thrown) {
          if (waiting.ended() === undefined) throw thrown
        } finally {
          waiting.close()
        }
      },
    }
    return { fields, call, began, tools }
  }

  return {
    statusOf,

    stopAndWait: async (target, options) => {
      const { fields, call, began, tools } = begin('stopAndWait', target, options, [
        'mode',
        'escalateAfterMs',
        'ifStopping',
        ...(definition.stopOptions?.names ?? []),
      ])
      const { deadlineMs: _, onPhase: __, poll: ___, escalateAfterMs: ____, ...own } = fields
      const tally: Tally = { changes: 0, patient: true }
      const stop = stopWith('stopAndWait', tally)
      const waited = await stopAndWait<Receipt<K, T, M>>({
        ...tools,
        mode: checkMode(fields['mode'], capabilities),
        ifMissing: checkIfMissing(fields['ifMissing']),
        escalateAfterMs: checkEscalation(fields, capabilities.modes, tools.settings.deadlineMs),
        arrivedMs: () => (tally.arrivedAt === undefined ? undefined : tally.arrivedAt - began),
        sent: () => tally.changes,
        wasAlive: () => tally.existed === true,
        looked: () => tally.looked ?? [],
        stop: (mode, timeoutMs, holdMs) => {
          tally.holdMs = holdMs
          return stop(target, { ...own, mode, timeoutMs: Math.max(1, Math.min(call.timeoutMs, timeoutMs)) })
        },
      })
      const { receipt, seen, isBlind, state, mode, outcome, why, warnings, steps } = waited
      // One of the two was answered: otherwise the wait would have ended with an error.
      const answer = receipt?.response ?? rawResponse((seen as Seen).answer)
      const known: Omit<WaitReceipt<K, T, M>, 'summary'> = {
        system: identity.system,
        kind,
        target,
        mode: mode as M,
        outcome,
        ...state,
        ended: outcome !== 'accepted',
        httpStatus: answer.status,
        ...(receipt?.requestId === undefined ? {} : { requestId: receipt.requestId }),
        attempts: tally.changes,
        elapsedMs: Math.round(tools.elapsedMs()),
        warnings,
        response: answer,
        ...(why === undefined ? {} : { why }),
        steps,
      }
      return { ...known, summary: summaryOfStop(known, { isBlind }) }
    },

    waitUntilEnded: async (target, options) => {
      const { fields, tools } = begin('waitUntilEnded', target, options, [])
      const { seen, isBlind } = await untilEnded({ ...tools, ifMissing: checkIfMissing(fields['ifMissing']) })
      return statusOf(target, seen, tools.elapsedMs(), { isBlind })
    },
  }
}
