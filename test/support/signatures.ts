/** Checks that a signature still matches after openapi-fetch and fetch have put the request on a real socket. */
import { expect } from 'vitest'
import { recompute } from './recompute.js'
import { type Recorded, startRecorder } from './recorder.js'

/** What was sent, whose signature is the right one. */
export async function checked(
  secret: string,
  call: (baseUrl: string) => Promise<unknown>,
  prefix = '',
): Promise<Recorded> {
  await using server = await startRecorder()
  await call(server.url + prefix)
  const [request] = server.requests
  if (request === undefined) throw new Error('nothing was sent')
  const { sent, right } = recompute(request, secret)
  expect(sent).toBe(right)
  return request
}
