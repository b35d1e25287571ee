import type { Mode } from 'allstop'
import { type AnyVariant, variants } from '../../test/systems/index.js'
import { another, type Contender } from './contender.js'

type Counts = (requests: number) => boolean
type NamedCredential = readonly [name: string, make: AnyVariant['credentials'][string] | undefined]

const unsigned: NamedCredential = ['unsigned', undefined]
const one: Counts = (requests) => requests === 1
const several: Counts = (requests) => requests > 1

/** The stop of one request, by each generation of each system. */
export function unsignedStops(baseUrl: string, signal?: AbortSignal): Contender[] {
  return variants.flatMap((variant) => stopOf(variant, baseUrl, one, unsigned, signal))
}

/** The same with each credential. One that fetches its token (so it takes a URL) is, once it has it, like the others. */
export function signedStops(baseUrl: string): Contender[] {
  return variants.flatMap((variant) =>
    Object.entries(variant.credentials)
      .filter(([, make]) => make.length < 2)
      .flatMap((credential) => stopOf(variant, baseUrl, one, credential)),
  )
}

/** The stops that read the state first. */
export function readingStops(baseUrl: string): Contender[] {
  return variants.flatMap((variant) => stopOf(variant, baseUrl, several, unsigned))
}

/** A stop in the gentlest mode that sends as many requests as wanted; none if the system has no such mode. */
function stopOf(
  variant: AnyVariant,
  baseUrl: string,
  isWanted: Counts,
  [proof, make]: NamedCredential,
  signal?: AbortSignal,
): Contender[] {
  const { name, target, idField, modes, wire } = variant
  const requestsOf = (mode: Mode): number => wire.stop[mode]?.length ?? 0
  const mode = modes.find((each) => isWanted(requestsOf(each)))
  if (mode === undefined) return []
  const system = variant.make({ baseUrl, auth: make?.('secret-0123456789', '') })
  const id = String(target[idField])
  const act = () => system.stop({ ...target, [idField]: another(id) }, { mode, signal })
  return [{ name: `${name} ${mode}, ${proof}`, requests: requestsOf(mode), act }]
}
