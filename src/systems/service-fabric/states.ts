import type { Phase } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** `ApplicationInfo.Status` (github.com/Azure/azure-rest-api-specs, Service Fabric 8.2). */
const phaseOfStatus: Readonly<Record<string, Phase>> = {
  Creating: 'queued',
  Ready: 'running',
  Upgrading: 'running',
  Deleting: 'stopping',
  // A failed application still holds its resources: it has not ended.
  Failed: 'running',
}

/** The fields of an application that tell where it stands. */
export interface ApplicationFields {
  readonly Status?: string | null
  readonly HealthState?: string | null
}

/** Where an application stands. An unhealthy one may take long to close, or never do so. */
export function stateOf({ Status, HealthState }: ApplicationFields): State {
  const native = Status ?? undefined
  const phase = phaseOfStatus[native ?? ''] ?? 'unknown'
  const unhealthy = HealthState === 'Error' || HealthState === 'Warning'
  return { phase, native, why: unhealthy ? `the application's health is ${HealthState}` : undefined }
}
