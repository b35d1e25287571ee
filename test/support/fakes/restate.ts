/** Restate's admin API: cancel may take a while, kill is at once, and a second cancel breaks the compensation. */
import { type Fake, json } from './serve.js'
import type { Work, WorkPhase } from './work.js'

const rows: Record<WorkPhase, object[]> = {
  running: [{ status: 'running' }],
  stopping: [{ status: 'running' }],
  stopped: [{ status: 'completed', completion_result: 'failure', completion_failure: '[409] Cancelled' }],
  succeeded: [{ status: 'completed', completion_result: 'success' }],
  failed: [{ status: 'completed', completion_result: 'failure', completion_failure: '[418] no' }],
  gone: [],
}

/** The journal's lines of one invocation, as `SELECT id, entry_type, entry_lite_json, appended_at` gives them. */
export function journalOf(id: string, { cancelledAt, output }: { cancelledAt?: string; output?: boolean }): object[] {
  const line = (entry_type: string, entry: object, appended_at = '2026-01-02T03:04:05.000Z') => ({
    ...{ id, entry_type, entry_lite_json: JSON.stringify(entry), appended_at },
  })
  const signal = { Notification: { ty: 'Signal', id: { SignalIndex: 1 }, result: 'Void' } }
  return [
    line('Command: Input', { Command: { Input: {} } }),
    ...(cancelledAt === undefined ? [] : [line('Notification: Signal', signal, cancelledAt)]),
    ...(output === true ? [line('Command: Output', { Command: { Output: { result: 'Failure' } } })] : []),
  ]
}

function journalFor(id: string, work: Work): object[] {
  const cancel = work.stops.find(({ mode }) => mode === 'graceful')
  const killed = work.endedBy === 'force'
  const cancelledAt = cancel === undefined ? {} : { cancelledAt: new Date(work.bornAt + cancel.atMs).toISOString() }
  return journalOf(id, { ...cancelledAt, output: work.ended && !killed })
}

export function fakeRestate(invocations: Readonly<Record<string, Work>>): Fake {
  const purged = new Set<string>()
  const workOf = (id: string) => (purged.has(id) ? undefined : invocations[id])
  return async (request) => {
    const [, , id = '', verb] = new URL(request.url).pathname.split('/')
    if (request.url.endsWith('/version')) return json(200, { version: '1.7.12' })
    if (request.url.endsWith('/query')) {
      const { query } = (await request.json()) as { query: string }
      const asked = /'(inv_\w+)'/.exec(query)?.[1] ?? ''
      const work = workOf(asked)
      if (work === undefined || work.phase === 'gone') return json(200, { rows: [] })
      if (query.includes('sys_journal')) return json(200, { rows: journalFor(asked, work) })
      const killed = work.endedBy === 'force' ? { completion_failure: '[409] killed' } : {}
      return json(200, { rows: rows[work.phase].map((row) => ({ id: asked, ...row, ...killed })) })
    }
    const work = workOf(id)
    const error = (status: number, message: string) => json(status, { message, restate_code: null })
    if (work === undefined || work.phase === 'gone')
      return error(404, `The requested invocation '${id}' does not exist`)
    if (verb === 'purge') {
      if (!work.ended) return error(409, `The invocation '${id}' is not yet completed.`)
      purged.add(id)
      return new Response(null, { status: 200 })
    }
    if (work.ended) return error(409, `The invocation '${id}' was already completed.`)
    work.stop(verb === 'kill' ? 'force' : 'graceful')
    return new Response(null, { status: verb === 'kill' ? 200 : 202 })
  }
}
