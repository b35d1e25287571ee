/** What the systems answer to a request that goes well, for the very id that the request names. */
import { fixtures } from '../systems/index.js'
import type { Fake } from './fakes/serve.js'
import type { Recorded, Reply } from './recorder.js'

/** Answers as the system would; 404 without a body to what none of them has. */
export function answerWell(request: Recorded): Reply {
  for (const [method, path, answer] of fixtures.flatMap(({ answers }) => answers)) {
    const match = method === request.method ? path.exec(request.path) : null
    if (match !== null) return answer(match[1] ?? '', request)
  }
  return { status: 404 }
}

/** All systems at once, as a fake: each answers as it would. */
export const answeringWell: Fake = async (request) => {
  const { pathname, search } = new URL(request.url)
  const headers = Object.fromEntries(request.headers)
  const { method } = request
  const { status = 200, body } = answerWell({ method, path: pathname + search, headers, body: await request.text() })
  return new Response(typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body), {
    status,
  })
}
