import { checkId, fieldsOf } from '../../core/check/check.js'

/** An invocation of a Restate service. */
export interface RestateTarget {
  /** The id of the invocation: `inv_1` and 33 letters or digits, as the ingress returns it (`x-restate-id`). */
  readonly invocationId: string
}

// All ids of servers 1.5.3 to 1.7.12 have this form. Servers before 1.7 ignore trailing characters of an id, so the
// length is checked here.
const invocationId = { pattern: /^inv_1[0-9A-Za-z]{33}$/, rule: "'inv_1' and 33 letters or digits" }

export function checkTarget(target: unknown): RestateTarget {
  const fields = fieldsOf(target, 'target', ['invocationId'])
  return { invocationId: checkId(fields['invocationId'], 'invocationId', invocationId) }
}

/** The id as the paths of the API have it. */
export function pathOf({ invocationId }: RestateTarget): { readonly path: { readonly invocation_id: string } } {
  return { path: { invocation_id: invocationId } }
}
