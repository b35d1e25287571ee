/** Enterprise Scheduler: RUNNING, CANCELLING, CANCELLED; a force cancel only when it has been CANCELLING for a while. */
import { type Fake, json } from './serve.js'
import type { Work, WorkPhase } from './work.js'

const words: Record<WorkPhase, string> = {
  running: 'RUNNING',
  stopping: 'CANCELLING',
  stopped: 'CANCELLED',
  succeeded: 'SUCCEEDED',
  failed: 'ERROR',
  gone: '',
}

const problem = (status: number, title: string, detail: string | null = null) =>
  json(status, { type: 'https://docs.oracle.com/errors', title, status, detail, errorCode: null })

/** The id stands there in all its digits, as a number. */
function withId(id: string, fields: object): Response {
  const headers = { 'content-type': 'application/json' }
  return new Response(JSON.stringify(fields).replace(/^\{/, `{"requestId":${id},`), { headers })
}

/** `forceAfterMs` stands for the server's 30 minutes. */
export function fakeEnterpriseScheduler(requests: Readonly<Record<string, Work>>, forceAfterMs = 1_800_000): Fake {
  const deleted = new Set<string>()
  return (request) => {
    const [, id = '', verb] = /\/requests\/(\d+)(?:\/(\w+))?$/.exec(new URL(request.url).pathname) ?? []
    const work = requests[id]
    if (work === undefined || work.phase === 'gone' || deleted.has(id)) return problem(404, 'Request ID not found')
    const { phase, stoppingForMs = 0 } = work
    const canForce = phase === 'stopping' && stoppingForMs >= forceAfterMs
    if (request.method === 'GET') {
      return withId(id, {
        state: words[phase],
        stateDescription: `The request is ${words[phase]}`,
        cause: work.ended ? 'OPERATOR_CANCEL' : 'NON_TERMINAL',
        isForceCancelAllowed: canForce,
        isAsynchronous: true,
        completedTime: null,
      })
    }
    if (request.method === 'DELETE') {
      if (!work.ended) return problem(400, 'Unsupported state for operation')
      deleted.add(id)
      return new Response(null, { status: 204 })
    }
    if (work.ended) return problem(400, 'Unsupported state for operation', words[phase])
    if (verb === 'forceCancel' && !canForce) return problem(400, 'Unsupported state for operation', 'not allowed yet')
    work.stop(verb === 'forceCancel' ? 'force' : 'graceful')
    return json(200, { links: [{ rel: 'self', href: request.url }] })
  }
}
