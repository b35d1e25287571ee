import { checkId, fieldsOf } from '../../core/check/check.js'
import { refuse } from '../../core/words/refusal.js'

/** An application of a Service Fabric cluster. */
export interface ServiceFabricTarget {
  /**
   * The name of the application (`fabric:/shop/orders`) or its id (`shop~orders`). The id is the name without `fabric:/`,
   * and with `~` in place of `/`.
   */
  readonly applicationId: string
}

const scheme = 'fabric:/'

// Names must not have $ + | ~ (github.com/microsoft/service-fabric, NamingUri.cpp). `?` and `#` would end the path. The
// gateway's HTTP layer rewrites a backslash and a percent sign, so they would not arrive unchanged.
const applicationId = {
  pattern: /^[^$+|?#%/\\]{1,512}$/,
  rule: 'a name such as fabric:/shop/orders or an id such as shop~orders, without $ + | ? # % and \\, at most 512 long',
}

/** An example, at the end of every message about a malformed name. */
const example = 'a name looks like fabric:/shop/orders'

/** What is wrong with a name, in words; undefined when it is well formed. */
function misspelling(name: string): string | undefined {
  if (name.startsWith('/')) return `begins with a slash; ${example}`
  if (!name.startsWith('fabric:')) return undefined
  if (!name.startsWith(scheme)) return `has no slash after 'fabric:'; ${example}`
  if (name.startsWith(`${scheme}/`)) return `has more than one slash after 'fabric:'; ${example}`
  if (name.includes('//')) return `has two slashes in a row; ${example}`
  if (name.endsWith('/')) return `ends with a slash; ${example}`
  if (name.includes('~')) return `has '~', which stands only in ids such as shop~orders; ${example}`
  return undefined
}

/** Converts a name to an id, and checks it. */
export function checkTarget(target: unknown): ServiceFabricTarget {
  const given = fieldsOf(target, 'target', ['applicationId'])['applicationId']
  const isText = typeof given === 'string'
  const wrong = isText ? misspelling(given) : undefined
  if (wrong !== undefined) refuse('applicationId', wrong)
  const isName = isText && given.startsWith(scheme)
  if (!isName && isText && given.includes('/')) {
    refuse('applicationId', `is not a name, and an id has '~' where the name has '/'; ${example}`)
  }
  const id = isName ? given.slice(scheme.length).replaceAll('/', '~') : given
  const checked = checkId(id, 'applicationId', applicationId)
  // The gateway turns tildes back into slashes, so an empty or a dot segment would name another application.
  if (checked.split('~').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    refuse('applicationId', 'must not have an empty segment, . or ..')
  }
  return { applicationId: checked }
}
