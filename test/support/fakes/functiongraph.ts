/** FunctionGraph: a cancelled request is FAIL with 4208; an unknown or finished one is 400 "Invalid RequestId". */
import { type Fake, json } from './serve.js'
import type { Work, WorkPhase } from './work.js'

const words: Record<WorkPhase, string> = {
  running: 'RUNNING',
  stopping: 'RUNNING',
  stopped: 'FAIL',
  succeeded: 'SUCCESS',
  failed: 'FAIL',
  gone: '',
}

export function fakeFunctionGraph(requests: Readonly<Record<string, Work>>): Fake {
  return async (request) => {
    const url = new URL(request.url)
    if (request.method === 'GET') {
      const id = url.searchParams.get('request_id') ?? ''
      const work = requests[id]
      if (work === undefined || work.phase === 'gone') return json(200, { invocations: [], count: 0 })
      const { phase } = work
      const code = phase === 'stopped' ? 4208 : phase === 'failed' ? 1 : 0
      const record = { request_id: id, status: words[phase], error_code: code, start_time: '2026-01-02T03:04:05' }
      return json(200, { invocations: [record], count: 1, next_marker: 1 })
    }
    const { request_id: id } = (await request.json()) as { request_id: string }
    const work = requests[id]
    if (work === undefined || work.ended) return json(400, { error_code: 'FSS.0400', error_msg: 'Invalid RequestId' })
    work.stop('force')
    return json(200, null, { 'x-request-id': 'd2b1f5d8' })
  }
}
