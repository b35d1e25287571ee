/** What every cell of the matrix has to say. */
import type { Fault } from './faults.js'
import type { Act } from './operations.js'

/** `well` is what the operation comes to without a fault. */
export function expected(act: Act, fault: Fault, well: string): string {
  const { system } = act
  const { outcome } = fault
  if (outcome === 'own meaning') {
    if (act.through === 'client') return `HTTP ${fault.name === '204' ? 204 : 200}`
    return act.makesOf[fault.name] ?? act.makesOf['200 empty']
  }
  const typed = act.through === 'client'
  if (typed && fault.status !== undefined) return `HTTP ${fault.status}`
  if (outcome === 'recovers') {
    if (act.effect === 'harmful') return 'unavailable? x1'
    return act.effect === 'none' ? well : well.replace('x1', 'x2')
  }
  const harmless = act.effect !== 'harmful' || !outcome.mayHaveArrived
  const again = {
    always: true,
    'unless harmful': harmless,
    'by status': harmless && system.passing.includes(fault.status ?? 0),
    never: false,
  }[outcome.again]
  const code = fault.name === '403 empty' ? system.empty403 : outcome.code
  const doubt = outcome.mayHaveArrived && act.effect !== 'none' ? '?' : ''
  return `${code}${doubt} x${again && !typed ? 2 : 1}`
}
