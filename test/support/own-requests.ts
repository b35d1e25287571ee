/** What arrives at a server, without what fetch adds by itself. */
import { type Recorded, startRecorder } from './recorder.js'

const byFetch = new Set(['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'])

/** Runs something against a server that answers well, and gives back what arrived. */
export async function ownRequests(run: (baseUrl: string) => Promise<unknown>): Promise<readonly Recorded[]> {
  await using server = await startRecorder()
  await run(server.url)
  return server.requests.map(({ headers, ...request }) => ({
    ...request,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !byFetch.has(name))),
  }))
}

/** One line for each request: method, path, what is accepted, body. */
export const linesOf = (requests: readonly Recorded[]): string[] =>
  requests.map(({ method, path, headers, body }) => [method, path, headers['accept'], body].filter(Boolean).join(' '))

/** The headers of a request without a body, where the method may have one. */
export const empty = { accept: '*/*', 'content-length': '0' } as const
