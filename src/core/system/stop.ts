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
import { merged } from '../words/merged.js'
import type { Mode } from '../words/mode.js'
import { isEnded } from '../words/phase.js'
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

  /**
   * Asks the system to stop, with the warnings of the read before it. `mayNotSend`: an earlier stop of this target got no
   * answer and may still arrive, so the state is only read. The error if no stop, and no end, is seen.
   */
  async function ask(
    request: Omit<StopRequest<T, M, X>, 'look'>,
    join: boolean,
    mayNotSend: (() => StopError) | undefined,
  ): Promise<StopFinding> {
    let looked: readonly Warning[] = []
    const look = async (): Promise<Pick<Look, 'joined' | 'seen'>> => {
      if (!join) return { joined: undefined, seen: undefined }
      const { warnings, ...rest } = await lookFirst(request.call, (aside, memory) =>
        definition.readState(aside, request.target, memory),
      )
      looked = warnings
      return rest
    }
    const found =
      mayNotSend === undefined ? await definition.stop({ look, ...request }) : instead(await look(), mayNotSend)
    return looked.length === 0 ? found : merged(found, { warnings: [...looked, ...(found.warnings ?? [])] })
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
      ask({ call, target, mode, extra }, join, mayNotSend).catch((thrown: unknown) => {
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
      warnings: copied(
        didSomething ? sideEffects[mode] : undefined,
        finding.joined === true ? [alreadyStopping] : undefined,
        finding.warnings,
      ),
      response: rawResponse(finding.answer),
    }
    return merged(known, { summary: summaryOfStop(known) })
  }
}

/** What the state says in the place of a stop that may not be sent: a stop that is seen, or an end. */
function instead({ joined, seen }: Pick<Look, 'joined' | 'seen'>, mayNotSend: () => StopError): StopFinding {
  if (joined !== undefined) return joined
  if (seen === undefined || seen.phase === 'gone' || !isEnded(seen.phase)) throw mayNotSend()
  const { phase, native, why, answer } = seen
  return afterDoubt({ outcome: 'already-ended', phase, native, why, answer }, true)
}
