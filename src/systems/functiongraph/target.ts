import { checkId, fieldsOf } from '../../core/check/check.js'
import { refuse } from '../../core/words/refusal.js'

/** An asynchronous invocation request of a FunctionGraph function. */
export interface FunctionGraphTarget {
  /**
   * The URN of the function: `urn:fss:{region}:{project_id}:function:{package}:{name}`, optionally with `:{version}` or
   * `:!{alias}`.
   */
  readonly functionUrn: string
  /** The id of the request, as the asynchronous invocation returned it (`request_id`). */
  readonly requestId: string
}

const urn = {
  pattern: /^urn:fss:[A-Za-z0-9-]+:[A-Za-z0-9]{1,32}:function:[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+(?::!?[A-Za-z0-9_.-]+)?$/,
  rule: 'urn:fss:{region}:{project_id}:function:{package}:{name}[:{version}]',
}

// The id is sent in the body, so any text would arrive. Real ids have this form; 64 is the limit of the list's filter.
const requestId = { pattern: /^[A-Za-z0-9_-]{1,64}$/, rule: '1 to 64 letters, digits, hyphens or underscores' }

/** The longest URN that the API accepts (support.huaweicloud.com, FunctionGraph API reference of 2022). */
const longestUrn = 269

/** Makes the check of targets. With a `projectId`, URNs of other projects are refused. */
export function targetChecker(projectId: string | undefined): (target: unknown) => FunctionGraphTarget {
  return (target) => {
    const fields = fieldsOf(target, 'target', ['functionUrn', 'requestId'])
    const functionUrn = checkId(fields['functionUrn'], 'functionUrn', urn)
    if (functionUrn.length > longestUrn) refuse('functionUrn', `must be at most ${longestUrn} characters`)
    if (projectId !== undefined && projectOf(functionUrn) !== projectId) {
      refuse('functionUrn', 'belongs to another project than projectId')
    }
    return { functionUrn, requestId: checkId(fields['requestId'], 'requestId', requestId) }
  }
}

/** The path of a request contains the URN, and its project once more. */
export function pathOf({ functionUrn }: FunctionGraphTarget): {
  readonly path: { readonly project_id: string; readonly function_urn: string }
} {
  return { path: { project_id: projectOf(functionUrn), function_urn: functionUrn } }
}

function projectOf(functionUrn: string): string {
  return String(functionUrn.split(':')[3])
}

/** The rule for the factory's own `projectId`. */
export function checkProjectId(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return checkId(value, 'projectId', { pattern: /^[A-Za-z0-9]{1,32}$/, rule: '1 to 32 letters or digits' })
}
