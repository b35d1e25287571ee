import { checkGiven, fieldsOf, headerRule, isHeaderValue } from '../check/check.js'
import { refuse } from '../words/refusal.js'

/** Keys, or a function that returns them. The function is called before every try, so that temporary keys can change. */
export type KeySource<K> = K | ((context: { readonly signal: AbortSignal }) => K | Promise<K>)

/** Makes a function that returns checked keys. Fixed keys are checked at once. */
export function keysOf<K extends object>(
  source: KeySource<K>,
  required: readonly (keyof K & string)[],
  optional: readonly (keyof K & string)[],
): (context: { readonly signal: AbortSignal }) => Promise<K> {
  if (typeof source === 'function') return async (context) => checkKeys(await source(context), required, optional)
  const fixed = checkKeys(source, required, optional)
  return async () => fixed
}

function checkKeys<K extends object>(
  keys: K,
  required: readonly (keyof K & string)[],
  optional: readonly (keyof K & string)[],
): K {
  // A misspelt securityToken would be ignored, and the wrong signatures would then lock the key.
  const copy = fieldsOf(keys, 'auth', [...required, ...optional])
  for (const name of [...required, ...optional]) {
    const value = copy[name]
    if (value === undefined && optional.includes(name)) continue
    // A line break at the end of a key that was read from a file is the usual mistake.
    checkGiven(value, `auth.${name}`)
    if (typeof value !== 'string' || !isHeaderValue(value)) refuse(`auth.${name}`, headerRule)
  }
  return copy as K
}
