import { guarded } from '../words/identity.js'
import { refuse } from '../words/refusal.js'
import type { Entry } from '../words/trace.js'

/** Variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables of the process; none where a runtime has no process. */
export function ownEnvironment(): Environment {
  return globalThis.process?.env ?? {}
}

/** The variables of an environment. */
export interface Variables {
  /** A variable that must be there. The error names it, and never shows a value. */
  need(name: string): string
  /** A variable that may be there; an empty one counts as absent. */
  may(name: string): string | undefined
}

/** Makes something of variables for the function `entry`; what is missing is a StopError that names it. */
export function fromEnvironment<T>(entry: Entry, env: Environment, make: (variables: Variables) => T): T {
  const may = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const need = (name: string): string => may(name) ?? refuse(name, 'is not set in the environment')
  const caller = { system: 'credential', kind: 'credential', called: 'fromEnv' }
  return guarded(caller, entry, () => make({ need, may }))
}
