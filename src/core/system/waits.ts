import { Call } from '../call/call.js'
import { acceptHint } from '../call/if-missing.js'
import { callOptionNames, checkCallOptions, checkIfMissing, checkMode } from '../call/options.js'
import { noRetry } from '../call/retry.js'
import type { Tally } from '../call/tally.js'
import { fieldsOf } from '../check/check.js'
import { isWrongAddress } from '../http/network.js'
import { startAttemptSignal } from '../time/attempt-signal.js'
import { Blindness } from '../wait/blindness.js'
import { follow } from '../wait/follow.js'
import { StopAndWait } from '../wait/stop-and-wait.js'
import { checkEscalation, checkWaitOptions, type WaitOptions, waitOptionNames } from '../wait/wait-options.js'
import { rawResponse } from '../words/answer.js'
import { StopError } from '../words/error.js'
import { headOf, type Identity } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import { isEnded } from '../words/phase.js'
import type { Receipt, WaitReceipt } from '../words/receipt.js'
import type { Memory, Seen } from '../words/state.js'
import type { Status } from '../words/status.js'
import { summaryOfStatus, summaryOfStop, type Waited } from '../words/summary.js'
import { advised } from '../words/text.js'
import type { SystemDefinition } from './definition.js'

const noRecord = advised('the system has no record of the target', acceptHint)

/** What the waits of a system are made of. */
interface Parts<K extends string, T, M extends Mode, C, X extends object> {
  readonly definition: SystemDefinition<K, T, M, C, X>
  readonly identity: Identity
  readonly client: C
  /** Makes a `stop()` whose requests are counted. */
  readonly stopWith: (called: string, tally: Tally) => (target: unknown, options: unknown) => Promise<Receipt<K, T, M>>
}

/** The waits of a system, and the public form of a state. */
export interface Waits<K extends string, T, M extends Mode> {
  stopAndWait(target: T, options: unknown): Promise<WaitReceipt<K, T, M>>
  waitUntilEnded(target: T, options: unknown): Promise<Status<K, T>>
  statusOf(target: T, seen: Seen, elapsedMs: number, waited?: Waited): Status<K, T>
}

/** Makes `stopAndWait` and `waitUntilEnded` of a system's own stop and read. */
export function makeWaits<K extends string, T, M extends Mode, C, X extends object>({
  definition,
  identity,
  client,
  stopWith,
}: Parts<K, T, M, C, X>): Waits<K, T, M> {
  const { kind, capabilities, settings, waiting } = definition
  const rules = { ...waiting, name: identity.system, kind }

  function statusOf(target: T, seen: Seen, elapsedMs: number, waited?: Waited): Status<K, T> {
    const { phase, native, canForce, why, times = {}, answer } = seen
    const requestId = definition.requestId(answer)
    const known: Omit<Status<K, T>, 'summary'> = {
      system: identity.system,
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
    return { ...known, summary: summaryOfStatus(known, waited) }
  }

  /** What both waits share: the checked options, a clock, and how to read. */
  function begin(called: string, target: T, options: unknown, names: readonly string[]) {
    const fields = fieldsOf(options, 'options', [...callOptionNames, ...waitOptionNames, 'ifMissing', ...names])
    const wait = checkWaitOptions(fields)
    const call = checkCallOptions(fields, settings)
    const memory: Memory = {}
    const { clock } = settings
    const began = clock.elapsed()
    const elapsedMs = (): number => clock.elapsed() - began
    const onPhase = fields['onPhase'] as WaitOptions<Status<K, T>>['onPhase']
    return {
      fields,
      wait: { ...wait, clock, bounds: wait.poll ?? settings.poll ?? rules.poll },
      call,
      began,
      elapsedMs,
      read: (timeoutMs: number): Promise<Seen> => {
        // The wait itself reads again, with its own pauses.
        const limited = { ...call, timeoutMs: Math.min(call.timeoutMs, timeoutMs), retry: noRetry }
        const look = new Call(
          { ...identity, called, target: Object(target) },
          settings,
          limited,
          definition.readFailure,
        )
        return definition.readState(look, client, target, memory)
      },
      onSeen: async (seen: Seen): Promise<void> => {
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
  }

  return {
    statusOf,

    stopAndWait: async (target, options) => {
      const { fields, wait, call, began, elapsedMs, read, onSeen } = begin('stopAndWait', target, options, [
        'mode',
        'escalateAfterMs',
        'ifStopping',
        ...definition.extraOptions,
      ])
      const { deadlineMs: _, onPhase: __, poll: ___, escalateAfterMs: ____, ...own } = fields
      const tally: Tally = { changes: 0, patient: true }
      const stop = stopWith('stopAndWait', tally)
      const waited = new StopAndWait<Receipt<K, T, M>>({
        rules,
        settings: wait,
        mode: checkMode(fields['mode'], capabilities),
        ifMissing: checkIfMissing(fields['ifMissing']),
        escalateAfterMs: checkEscalation(fields, capabilities.modes, wait.deadlineMs),
        retry: call.retry,
        elapsedMs,
        arrivedMs: () => (tally.arrivedAt === undefined ? undefined : tally.arrivedAt - began),
        statusOf: (seen) => statusOf(target, seen, elapsedMs()),
        read,
        onSeen,
        sent: () => tally.changes,
        existed: () => tally.existed === true,
        looked: () => tally.looked ?? [],
        stop: (mode, timeoutMs, holdMs) => {
          tally.holdMs = holdMs
          return stop(target, { ...own, mode, timeoutMs: Math.max(1, Math.min(call.timeoutMs, timeoutMs)) })
        },
      })
      const { receipt, seen, isBlind, state, mode, outcome, why, warnings, steps } = await waited.run()
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
        elapsedMs: Math.round(elapsedMs()),
        warnings,
        response: answer,
        ...(why === undefined ? {} : { why }),
        steps,
      }
      return { ...known, summary: summaryOfStop(known, { isBlind }) }
    },

    waitUntilEnded: async (target, options) => {
      const { fields, wait, call, elapsedMs, read, onSeen } = begin('waitUntilEnded', target, options, [])
      const ifMissing = checkIfMissing(fields['ifMissing'])
      let last: Seen | undefined
      const blindness = new Blindness(settings.clock)
      let hopeless = 0
      const head = headOf({ ...identity, called: 'waitUntilEnded' })
      let existed = false
      const missing = (seen: Seen): StopError =>
        new StopError('not_found', `${head}${noRecord}`, {
          ...identity,
          operation: 'waitUntilEnded',
          attempts: 1,
          ambiguous: false,
          httpStatus: seen.answer.status,
        })
      const how = await follow({
        ...wait,
        elapsedMs,
        read,
        atOnce: true,
        sent: () => 0,
        onFailed: (error) => {
          blindness.failed(error)
          // Where nothing was ever read, a wrong address ends the wait after the tries of an ordinary request.
          const isRefused = error.code === 'protocol' && Number(error.httpStatus) >= 400
          if (last === undefined && (isRefused || isWrongAddress(error))) hopeless += 1
          if (hopeless >= call.retry.attempts) throw error
        },
        alarmMs: () => undefined,
        onSeen: async (seen) => {
          if (last?.phase !== seen.phase || last.native !== seen.native) await onSeen(seen)
          last = seen
          blindness.over()
          if (seen.phase !== 'gone' && seen.phase !== 'unknown') existed = true
          if (seen.phase !== 'gone' || existed) return isEnded(seen.phase)
          if (elapsedMs() < rules.appearsWithinMs) return false
          if (ifMissing === 'error') throw missing(seen)
          return true
        },
      })
      if (how === 'aborted' || last === undefined) {
        const code = how === 'aborted' ? 'aborted' : 'deadline_exceeded'
        throw new StopError(
          code,
          `${head}${[code.replace('_', ' '), blindness.why].filter(Boolean).join('; ')}; nothing was stopped`,
          {
            ...identity,
            operation: 'waitUntilEnded',
            attempts: 0,
            ambiguous: false,
            ...(last === undefined ? {} : { status: statusOf(target, last, elapsedMs()) }),
          },
        )
      }
      const why = [blindness.why, last.why].filter(Boolean).join('; ') || undefined
      return statusOf(target, { ...last, why }, elapsedMs(), { isBlind: blindness.error !== undefined })
    },
  }
}
