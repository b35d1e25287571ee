/** What the systems answer to a request that goes well, for the very id that the request names. */
import { fixtures } from '../systems/index.js'
import type { Recorded, Reply } from './recorder.js'

/** Answers as the system would; 404 without a body to what none of them has. */
export function answerWell(request: Recorded): Reply {
  for (const [method, path, answer] of fixtures.flatMap(({ answers }) => answers)) {
    const match = method === request.method ? path.exec(request.path) : null
    if (match !== null) return answer(match[1] ?? '', request)
  }
  return { status: 404 }
}
