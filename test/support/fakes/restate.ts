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

export function fakeRestate(invocations: Readonly<Record<string, Work>>): Fake {
  return async (request) => {
    const [, , id = '', verb] = new URL(request.url).pathname.split('/')
    if (request.url.endsWith('/version')) return json(200, { version: '1.7.12' })
    if (request.url.endsWith('/query')) {
      const { query } = (await request.json()) as { query: string }
      const asked = /'(inv_\w+)'/.exec(query)?.[1] ?? ''
      const work = invocations[asked]
      return json(200, { rows: work === undefined ? [] : rows[work.phase].map((row) => ({ id: asked, ...row })) })
    }
    const work = invocations[id]
    const error = (status: number, message: string) => json(status, { message, restate_code: null })
    if (work === undefined || work.phase === 'gone')
      return error(404, `The requested invocation '${id}' does not exist`)
    if (work.ended) return error(409, `The invocation '${id}' was already completed.`)
    work.stop(verb === 'kill' ? 'force' : 'graceful')
    return new Response(null, { status: verb === 'kill' ? 200 : 202 })
  }
}
