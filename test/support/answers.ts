/** What each of the five systems answers to a request that goes well, for the very id that the request names. */
import { journalOf } from './fakes/restate.js'
import type { Recorded, Reply } from './recorder.js'

type Answer = (id: string, request: Recorded) => Reply

const answers: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ['GET', /\/version$/, () => ({ body: { version: '1.7.12' } })],
  ['PATCH', /\/invocations\/([^/]+)\/cancel$/, () => ({ status: 202 })],
  ['PATCH', /\/invocations\/([^/]+)\/(?:kill|purge|purge-journal)$/, () => ({ status: 200 })],
  ['DELETE', /\/invocations\/([^/]+)$/, () => ({ status: 202 })],
  [
    'POST',
    /\/query()$/,
    (_, { body }) => {
      const id = /'(inv_\w+)'/.exec(body)?.[1] ?? ''
      return { body: { rows: body.includes('sys_journal') ? journalOf(id, {}) : [{ id, status: 'running' }] } }
    },
  ],
  ['POST', /\/fgs\/functions\/[^/]+\/cancel$/, () => ({ body: 'null' })],
  [
    'GET',
    /\/async-invocations\?(?:.*&)?request_id=([^&]+)/,
    (id) => ({ body: { invocations: [{ request_id: id, status: 'RUNNING' }], count: 1 } }),
  ],
  ['PUT', /\/(?:stateful-async-invocations|async-tasks)\//, () => ({ body: {} })],
  ['GET', /\/stateful-async-invocations\/([^/?]+)/, (id) => ({ body: { invocationId: id, status: 'Running' } })],
  ['GET', /\/async-tasks\/([^/?]+)/, (id) => ({ body: { taskId: id, status: 'Running' } })],
  ['POST', /\/requests\/\d+\/\w+$/, () => ({ body: { links: [] } })],
  ['DELETE', /\/requests\/\d+$/, () => ({ status: 204 })],
  ['GET', /\/requests\/(\d+)/, (id) => ({ body: { requestId: Number(id), state: 'RUNNING', cause: 'NON_TERMINAL' } })],
  ['POST', /\/Applications\/[^/]+\/\$\/Delete/, () => ({ status: 200 })],
  ['GET', /\/Applications\/([^/?]+)/, (id) => ({ body: { Id: decodeURIComponent(id), Status: 'Ready' } })],
]

/** Answers as the system would; 404 without a body to what none of the five has. */
export function answerWell(request: Recorded): Reply {
  for (const [method, path, answer] of answers) {
    const match = method === request.method ? path.exec(request.path) : null
    if (match !== null) return answer(match[1] ?? '', request)
  }
  return { status: 404 }
}
