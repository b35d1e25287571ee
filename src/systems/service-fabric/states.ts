import type { Phase } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** `ApplicationInfo.Status` (github.com/Azure/azure-rest-api-specs, Service Fabric 8.2). */
export const phaseOfStatus: Readonly<Record<string, Phase>> = {
  Creating: 'queued',
  Ready: 'running',
  Upgrading: 'running',
  Deleting: 'stopping',
  // A failed application still holds its resources: it has not ended.
  Failed: 'running',
}

/** `undefined` stands for the 204 that the gateway gives for an application that does not exist. */
export function stateOf(status: string | undefined): State {
  if (status === undefined) return { phase: 'gone' }
  return { phase: phaseOfStatus[status] ?? 'unknown', native: status }
}
