import { checkId, fieldsOf } from '../../core/check.js'
import { refuse } from '../../core/refusal.js'

/** An application of a Service Fabric cluster. */
export interface ServiceFabricTarget {
  /**
   * The application's name (`fabric:/shop/orders`) or its id, which is the name without `fabric:/` and with `~` for `/`
   * (`shop~orders`).
   */
  readonly applicationId: string
}

const scheme = 'fabric:/'

// Reserved in names are $ + | ~ (github.com/microsoft/service-fabric, NamingUri.cpp). `?` and `#` would end the path;
// a backslash and a percent sign are rewritten by the gateway's HTTP layer, so they would not arrive as given.
const applicationId = {
  pattern: /^[^$+|?#%/\\]{1,512}$/,
  rule: 'a name such as fabric:/shop/orders or an id such as shop~orders, without $ + | ? # % and \\, at most 512 long',
}

/** Brings a name or an id into the form of an id. */
export function checkTarget(target: unknown): ServiceFabricTarget {
  const given = fieldsOf(target, 'target')['applicationId']
  const isName = typeof given === 'string' && given.startsWith('fabric:')
  if (isName && (!given.startsWith(scheme) || given.includes('~'))) {
    refuse('applicationId', "as a name must be fabric:/ and segments without '~'")
  }
  if (!isName && typeof given === 'string' && given.includes('/')) {
    refuse('applicationId', "as an id has '~' where the name has '/'; to give a name, begin it with fabric:/")
  }
  const id = isName ? given.slice(scheme.length).replaceAll('/', '~') : given
  const checked = checkId(id, 'applicationId', applicationId)
  // The gateway makes slashes of the tildes again: an empty or a dot segment would name another application.
  if (checked.split('~').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    refuse('applicationId', 'must not have an empty segment, . or ..')
  }
  return { applicationId: checked }
}
