/** Every system with its target and a credential bound, so that a suite can stop the work of all of them alike. */
import type { Receipt, StopOptions, SystemOptions } from 'allstop'
import { variants } from '../systems/index.js'
import type { Kind } from '../systems/kind.js'
import { canary } from './systems.js'

export interface Bound {
  readonly name: string
  readonly kind: Kind
  /** Sends one stop in the default mode. */
  stop(baseUrl: string, call?: StopOptions, system?: Partial<SystemOptions>): Promise<Receipt>
}

export const allSystems: readonly Bound[] = variants.map(({ name, kind, make, credential, target, lives }) => {
  // Where a second stop does harm, a stop first asks for more than one thing; here only the stop itself is of interest.
  const once = lives.harmfulTwice.includes('graceful') ? ({ ifStopping: 'repeat' } as const) : {}
  return {
    name,
    kind,
    stop: (baseUrl, call, system) =>
      make({ baseUrl, auth: credential(canary), ...system }).stop(target, { ...once, ...call }),
  }
})
