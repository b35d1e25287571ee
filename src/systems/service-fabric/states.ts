import type { AnswerFields } from '../../core/http/answer-fields.js'
import { phaseWords } from '../../core/words/phase.js'
import type { State } from '../../core/words/state.js'

/** `ApplicationInfo.Status` (github.com/Azure/azure-rest-api-specs, Service Fabric 8.2). */
const phaseOfStatus = phaseWords({
  Creating: 'queued',
  Ready: 'running',
  Upgrading: 'running',
  Deleting: 'stopping',
  // A failed application still holds its resources: it has not ended.
  Failed: 'running',
})

/** The state of an application. An unhealthy application may take long to close, or may never close. */
export function stateOf(application: AnswerFields): State {
  const native = application.text('Status')
  const health = application.text('HealthState')
  const unhealthy = health === 'Error' || health === 'Warning'
  return {
    phase: phaseOfStatus(native),
    native,
    why: unhealthy ? `the application's health is ${health}` : undefined,
  }
}
