import { ownFields } from '../check/fields.js'
import { textField } from '../http/json.js'
import type { WaitRules } from '../wait/wait-options.js'
import type { Answer } from '../words/answer.js'
import type { Capabilities, Mode } from '../words/mode.js'
import { isRepeatable } from '../words/operation.js'
import type { AnswerIdPlaces, ModeRules, SystemDefinition } from './definition.js'

/** What follows from a definition, its defaults included. */
type Definition<M extends Mode> = Pick<
  SystemDefinition<string, never, M, never>,
  'kind' | 'modes' | 'poll' | 'goneIsStopped' | 'mayVanish' | 'forceNeedsPermission' | 'appearsWithinMs'
>

/** The definition without what it would inherit: what is not given has its default, whatever `Object.prototype` has. */
export function ownDefinition<D extends { readonly modes: object; readonly answerId?: object }>(definition: D): D {
  const own = ownFields(definition)
  const modes = Object.entries(own.modes).map(([mode, rules]: [string, object]) => [mode, ownFields(rules)])
  return Object.assign(own, { modes: Object.fromEntries(modes), answerId: ownFields(own.answerId ?? {}) })
}

const usualPoll = { minDelayMs: 1_000, maxDelayMs: 10_000 }

/** The modes of a system, the gentlest first. */
export function capabilitiesOf<M extends Mode>({ modes }: Definition<M>): Capabilities<M> {
  const names = (['graceful', 'force'] as const).filter((mode): mode is M => Object.hasOwn(modes, mode))
  const [defaultMode] = names
  if (defaultMode === undefined) throw new TypeError('a system has at least one mode')
  return { modes: names, defaultMode }
}

/** How a wait treats the system that is called `name`. */
export function waitRulesOf<M extends Mode>(definition: Definition<M>, name: string): WaitRules {
  const { graceful, force }: Partial<Record<Mode, ModeRules>> = ownFields(definition.modes)
  return {
    name,
    kind: definition.kind,
    poll: definition.poll ?? usualPoll,
    repeatable: {
      graceful: graceful !== undefined && isRepeatable(graceful.operation),
      force: force !== undefined && isRepeatable(force.operation),
    },
    sideEffects: { graceful: graceful?.sideEffects ?? [], force: force?.sideEffects ?? [] },
    goneIsStopped: definition.goneIsStopped ?? false,
    mayVanish: definition.mayVanish ?? false,
    forceNeedsPermission: definition.forceNeedsPermission ?? false,
    appearsWithinMs: definition.appearsWithinMs ?? 0,
  }
}

/** Gets the id that a system gave to a request. */
export function answerIdIn({ headers: names = [], field }: AnswerIdPlaces) {
  return ({ headers, error }: Answer<unknown>): string | undefined => {
    const inHeader = names.map((name) => headers.get(name)).find((value) => value !== null)
    return inHeader ?? (field === undefined ? undefined : textField(error, field))
  }
}
