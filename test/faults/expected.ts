/** What every cell of the matrix has to say. */
import type { Fault } from './faults.js'
import type { Act } from './operations.js'

const passing: Readonly<Record<Act['system'], readonly number[]>> = {
  restate: [408, 502, 503, 504],
  functiongraph: [408, 502, 503, 504],
  // Its error table says to try again.
  'function-compute': [408, 500, 502, 503, 504],
  'enterprise-scheduler': [408, 502, 503, 504],
  // It goes on deleting after a 504.
  'service-fabric': [408, 502, 503],
}

/**
 * Successes that are not quite the documented ones: 204, and 200 with no body, `null`, `[]` or `{}`. Where no body is the
 * system's word that the work is stopped or the record gone, any body is somebody else's.
 */
const strange: Readonly<Record<string, readonly [no204: string, ok200: string]>> = {
  'restate cancel': ['protocol? x1', 'stopped x1'],
  'restate kill': ['protocol? x1', 'stopped x1'],
  'restate DELETE Cancel': ['protocol? x1', 'protocol? x1'],
  'restate DELETE Kill': ['protocol? x1', 'protocol? x1'],
  'restate DELETE Purge': ['protocol? x1', 'protocol? x1'],
  'restate purge': ['protocol? x1', 'purged x1'],
  'restate purge-journal': ['protocol? x1', 'purged x1'],
  'restate version': ['protocol x1', 'protocol x1'],
  'restate query': ['protocol x1', 'protocol x1'],
  'functiongraph cancel': ['accepted x1', 'accepted x1'],
  'functiongraph list': ['protocol x1', 'protocol x1'],
  'function-compute stop 2.0': ['accepted x1', 'accepted x1'],
  'function-compute get 2.0': ['protocol x1', 'protocol x1'],
  'function-compute stop 3.0': ['accepted x1', 'accepted x1'],
  'function-compute get 3.0': ['protocol x1', 'protocol x1'],
  'enterprise-scheduler cancel': ['protocol? x1', 'accepted x1'],
  'enterprise-scheduler forceCancel': ['protocol? x1', 'accepted x1'],
  'enterprise-scheduler delete': ['purged x1', 'protocol? x1'],
  'enterprise-scheduler get': ['protocol x1', 'protocol x1'],
  'service-fabric Delete': ['protocol? x1', 'stopped x1'],
  'service-fabric forced Delete': ['protocol? x1', 'stopped x1'],
  'service-fabric get': ['phase gone', 'protocol x1'],
}

/** `well` is what the operation comes to without a fault. */
export function expected(act: Act, fault: Fault, well: string): string {
  const { outcome } = fault
  const typed = act.through === 'client'
  if (outcome === 'own meaning') {
    const status = fault.name === '204' ? 204 : 200
    if (typed) return `HTTP ${status}`
    // No list at all is an empty list: no field of it is required.
    if (act.name === 'list' && fault.name.includes('{}')) return 'phase unknown'
    // A list is not what a cloud's order is answered with; the body of Oracle's is not established.
    const isOrder = /^(?:functiongraph cancel|function-compute stop)/.test(`${act.system} ${act.name}`)
    if (isOrder && fault.name === '200 with []') return 'protocol? x1'
    const meaning = strange[`${act.system} ${act.name}`]?.[status === 204 ? 0 : 1]
    if (meaning === undefined) throw new Error(`nothing is expected of ${act.system} ${act.name}`)
    const hasBody = status === 200 && fault.name !== '200 empty'
    return hasBody && /^(?:stopped|purged)/.test(meaning) ? 'protocol? x1' : meaning
  }
  if (typed && fault.status !== undefined) return `HTTP ${fault.status}`
  if (outcome === 'recovers') {
    if (act.effect === 'once') return 'unavailable? x1'
    return act.effect === 'none' ? well : well.replace('x1', 'x2')
  }
  const harmless = act.effect !== 'once' || !outcome.mayHaveArrived
  const again = {
    always: true,
    'unless harmful': harmless,
    'by status': harmless && passing[act.system].includes(fault.status ?? 0),
    never: false,
  }[outcome.again]
  // The gateway refuses a certificate or token with an empty 403.
  const code = act.system === 'service-fabric' && fault.name === '403 empty' ? 'unauthenticated' : outcome.code
  const doubt = outcome.mayHaveArrived && act.effect !== 'none' ? '?' : ''
  return `${code}${doubt} x${again && !typed ? 2 : 1}`
}
