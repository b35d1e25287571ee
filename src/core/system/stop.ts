import { afterDoubt } from '../call/doubt.js'
import { orAccept } from '../call/if-missing.js'
import { type Look, lookFirst } from '../call/look-first.js'
import { callOptionNames, checkIfMissing, checkIfStopping, checkMode, type Settings } from '../call/options.js'
import { stopsUnderWay } from '../call/stops-under-way.js'
import type { Tally } from '../call/tally.js'
import { fieldsOf } from '../check/check.js'
import { rawResponse } from '../words/answer.js'
import type { StopError } from '../words/error.js'
import type { StopFinding } from '../words/finding.js'
import { asStopError } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import type { Receipt } from '../words/receipt.js'
import { summaryOfStop } from '../words/summary.js'
import { alreadyStopping, copied, type Warning } from '../words/warning.js'
import { capabilitiesOf, waitRulesOf } from './defaults.js'
import type { StopRequest, SystemDefinition } from './definition.js'
import type { Foundation } from './foundation.js'

/** Sends one stop for the public function that was `called`. `tally` also counts what was sent when it ends with an error. */
type SendStop<K extends string, T, M extends Mode> = (
  called: string,
  target: T,
  options: unknown,
  tally?: Tally,
) => Promise<Receipt<K, T, M>>

/** Makes the sending of stops of a system's own `stop`. `settings` is the same object for all `named()` copies of a system. */
export function makeStop<K extends string, T, M extends Mode, X extends object>(
  definition: SystemDefinition<K, T, M, X>,
  { identity, basis, checkOptions, openCall }: Foundation<T>,
  settings: Settings,
): SendStop<K, T, M> {
  const { kind, stopOptions } = definition
  const capabilities = capabilitiesOf(definition)
  const { repeatable, sideEffects, mayVanish } = waitRulesOf(definition, identity.system)
  const names = ['mode', 'ifMissing', 'ifStopping', ...callOptionNames, ...(stopOptions?.names ?? [])]

  /** Asks the system to stop, with the warnings of the read before it. */
  async function ask(request: Omit<StopRequest<T, M, X>, 'look'>, join: boolean): Promise<StopFinding> {
    let looked: readonly Warning[] = []
    const look = async (): Promise<Pick<Look, 'joined' | 'seen'>> => {
      if (!join) return { joined: undefined, seen: undefined }
      const { warnings, ...rest } = await lookFirst(request.call, (aside, memory) =>
        definition.readState(aside, request.target, memory),
      )
      looked = warnings
      return rest
    }
    const found = await definition.stop({ ...request, look })
    return { ...found, warnings: [...looked, ...(found.warnings ?? [])] }
  }

  return async (called, target, options, tally) => {
    const fields = fieldsOf(options, 'options', names)
    const mode = checkMode(fields['mode'], capabilities)
    const ifMissing = checkIfMissing(fields['ifMissing'])
    const join = checkIfStopping(fields['ifStopping'], capabilities.modes) === 'join' && mode === 'graceful'
    const extra = (stopOptions?.check(fields) ?? {}) as X
    const call = openCall(called, target, checkOptions(fields), tally)
    const before = call.tally.changes
    const send = (mayNotSend?: () => StopError): Promise<StopFinding> =>
      ask({ call, target, mode, mayNotSend, extra }, join).catch((thrown: unknown) => {
        const attempts = call.tally.changes - before
        throw asStopError(thrown, call.identity, 'stop', { attempts, ambiguous: attempts > 0 })
      })
    const isHarmful = !repeatable[mode]
    const found = await (join ? stopsUnderWay(settings).share(target, call, isHarmful, send) : send())
    const doubtful = found.operation !== undefined && call.isDoubtful(found.operation)
    const finding = doubtful ? afterDoubt(found, mayVanish) : found
    if (finding.missing !== undefined && ifMissing === 'error') throw orAccept(finding.missing)
    // There are side effects only if the stop took effect. A stop that was joined has the same side effects.
    const didSomething = doubtful || ['accepted', 'stopped'].includes(finding.outcome)
    const requestId = basis.answerId(finding.answer)
    const known: Omit<Receipt<K, T, M>, 'summary'> = {
      system: identity.system,
      kind,
      target,
      mode,
      outcome: finding.outcome,
      phase: finding.phase,
      ended: finding.outcome !== 'accepted',
      ...(finding.native === undefined ? {} : { native: finding.native }),
      httpStatus: finding.answer.status,
      ...(requestId === undefined ? {} : { requestId }),
      ...(finding.why === undefined ? {} : { why: finding.why }),
      attempts: call.tally.changes - before,
      elapsedMs: Math.round(call.elapsedMs()),
      warnings: copied([
        ...(didSomething ? (sideEffects[mode] ?? []) : []),
        ...(finding.joined === true ? [alreadyStopping] : []),
        ...(finding.warnings ?? []),
      ]),
      response: rawResponse(finding.answer),
    }
    return { ...known, summary: summaryOfStop(known) }
  }
}
